using Bff.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace Bff.Security;

/// <summary>
/// How large a request may be; what is larger gets a problem that the SPA can read, where Kestrel would say a bare status.
/// </summary>
internal static class RequestSize
{
    private const int Target = 8 * 1024, Fields = 100, FieldBytes = 32 * 1024, Body = 16 * 1024;

    private static readonly ProblemCode LongTarget =
        ProblemCode.Of(StatusCodes.Status414UriTooLong) with { Detail = $"A URL may have {Target / 1024} KiB." };

    private static readonly ProblemCode LargeFields =
        ProblemCode.Of(StatusCodes.Status431RequestHeaderFieldsTooLarge) with { Detail =
        $"A request may have {Fields} header fields of {FieldBytes / 1024} KiB together. Often it is the cookies of other applications "
        + $"on this host: delete some." };

    /// <summary>Refuses long URLs (RFC 9110 section 15.5.15) and many or large header fields (RFC 6585 section 5).</summary>
    public static void UseSizeLimits(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Length > Target)
            return new Problem(LongTarget).ExecuteAsync(context);
        var fields = context.Request.Headers.SelectMany(field => field.Value, (field, value) => field.Key.Length + (value?.Length ?? 0))
            .ToList();
        return fields.Count > Fields || fields.Sum() > FieldBytes
            ? new Problem(LargeFields).ExecuteAsync(context)
            : next(context);
    });

    /// <summary>
    /// Reads the body before anything is done, but for the API, which gets it as it comes: what is too large, too slow or
    /// wrongly chunked has no effect.
    /// </summary>
    public static void UseWholeBodies(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments("/api")
            && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = Body;
            context.Request.EnableBuffering(bufferThreshold: Body);
            try
            {
                await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            }
            // What Kestrel itself knows for a bad request says its status; a chunk size beyond all numbers is not among them.
            catch (IOException exception) when (exception is not BadHttpRequestException)
            {
                await new Problem(ProblemCode.InvalidRequest).ExecuteAsync(context);
                return;
            }
            context.Request.Body.Position = 0;
        }
        await next(context);
    });
}
