using Bff.Errors;
using Microsoft.AspNetCore.Diagnostics;
using Yarp.ReverseProxy.Forwarder;

namespace Bff.Proxy;

/// <summary>Tells the proxy's own failures from the API's: the first become problems, the second pass unchanged, empty bodies included.</summary>
internal sealed class ProxyErrors(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
        await next(context);

        if (context.Features.Get<IForwarderErrorFeature>() is null || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested) return;
        var code = context.Response.StatusCode switch
        {
            StatusCodes.Status504GatewayTimeout => ProblemCode.ApiTimeout,
            StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable => ProblemCode.ApiUnreachable,
            var status and >= 400 and < 500 => ProblemCode.Of(status),
            _ => ProblemCode.ApiUnreachable,
        };
        await new Problem(code).ExecuteAsync(context);
    }
}
