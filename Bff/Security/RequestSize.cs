using Bff.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace Bff.Security;

/// <summary>How large the body of a request may be that is not for the API. <see cref="ServerLimits"/> limits all requests.</summary>
internal static class RequestSize
{
    private const int Body = 16 * 1024;

    /// <summary>
    /// Reads the whole body before the endpoint runs: a request that is too large, too slow or wrongly chunked then has no effect. Not
    /// for the API, which gets the body as it arrives.
    /// </summary>
    public static void UseWholeBodies(this WebApplication app) => app.Use((context, next) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true }
            && !context.Request.Path.StartsWithSegments("/api") ? ReadFirstAsync(context, next) : next(context));

    private static async Task ReadFirstAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = Body;
        context.Request.EnableBuffering(bufferThreshold: Body);
        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }
        // Kestrel reports a bad request with its status, except for a chunk size that no integer holds.
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            await new Problem(ProblemCode.InvalidRequest).ExecuteAsync(context);
            return;
        }
        context.Request.Body.Position = 0;
        await next(context);
    }
}
