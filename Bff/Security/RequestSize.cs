using Bff.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace Bff.Security;

/// <summary>How large the body of a request may be that is not for the API. <see cref="ServerLimits"/> limits all requests.</summary>
internal static class RequestSize
{
    private const int Body = 16 * 1024;

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
