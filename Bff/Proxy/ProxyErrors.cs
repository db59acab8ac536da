using Bff.Errors;
using Bff.Operations;
using Microsoft.AspNetCore.Diagnostics;
using Yarp.ReverseProxy.Forwarder;

namespace Bff.Proxy;

/// <summary>
/// Separates the proxy's own failures from the API's: the first become problems, the second pass unchanged, empty bodies included.
/// </summary>
internal sealed class ProxyErrors(RequestDelegate next, Telemetry telemetry)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
        await next(context);

        var proxied = context.GetReverseProxyFeature();
        var route = proxied.Route.Config.RouteId;
        if (context.Features.Get<IForwarderErrorFeature>() is not { } failure || IsAnswered(failure))
        {
            // Without a destination the BFF refused the request.
            if (proxied.ProxiedDestination is not null) telemetry.Proxied(route, ClassOf(context.Response.StatusCode));
        }
        else if (context.RequestAborted.IsCancellationRequested) telemetry.Proxied(route, "canceled");
        else if (context.Response.HasStarted) telemetry.Proxied(route, "broken_off");
        else
        {
            var code = CodeOf(failure, context);
            telemetry.Proxied(route, code.Code);
            await new Problem(code).ExecuteAsync(context);
        }
    }

    private static string ClassOf(int status) => status switch
    {
        < 200 => "1xx",
        < 300 => "2xx",
        < 400 => "3xx",
        < 500 => "4xx",
        _ => "5xx",
    };

    /// <summary>With an answer of the API, YARP reports only that the request was not sent to its end; without one, two faults.</summary>
    private static bool IsAnswered(IForwarderErrorFeature failure) => failure is
    {
        Error: ForwarderError.RequestBodyClient or ForwarderError.RequestBodyDestination or ForwarderError.RequestBodyCanceled,
        Exception: not AggregateException,
    };

    private static ProblemCode CodeOf(IForwarderErrorFeature failure, HttpContext context) => context.Response.StatusCode switch
    {
        var status and >= 400 and < 500 => ProblemCode.Of(status),
        _ when !WasReached(failure) => ProblemCode.ApiUnreachable,
        StatusCodes.Status504GatewayTimeout => ProblemCode.ApiTimeout,
        // What only reads can be sent again; what else the API did is not known.
        _ => context.Request.Method is "GET" or "HEAD" or "OPTIONS" ? ProblemCode.NoHttpFromApi : ProblemCode.ApiBrokeOff,
    };

    private static bool WasReached(IForwarderErrorFeature failure) => failure is not
    {
        Error: ForwarderError.NoAvailableDestinations or ForwarderError.RequestCreation,
    } and not
    {
        Exception: OperationCanceledException { InnerException: TimeoutException } or HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError or HttpRequestError.VersionNegotiationError,
        },
    };
}
