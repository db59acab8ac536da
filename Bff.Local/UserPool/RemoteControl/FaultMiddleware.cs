namespace Bff.Local.UserPool.RemoteControl;

/// <summary>Lets the planned fault strike before, instead of, or after the endpoint's work.</summary>
internal sealed class FaultMiddleware(RequestDelegate next, Faults faults, RequestLog log, PoolAddresses addresses, PoolClock clock)
{
    private static readonly EndpointFault None = new();

    public async Task InvokeAsync(HttpContext context)
    {
        // A wrong clock shows in the Date header as well.
        context.Response.Headers.Date = clock.Now.ToString("R");
        if (addresses.IsDomain(context) && faults.IsOverQuota($"{context.Connection.RemoteIpAddress}", clock.Now))
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        var fault = faults.Strike(addresses.EndpointOf(context)) ?? None;
        await Task.Delay(fault.Hang ? Timeout.InfiniteTimeSpan : fault.Latency, context.RequestAborted);
        if (fault.DropRequest)
        {
            context.Abort();
        }
        else if (fault.Status is { } status)
        {
            await AnswerAsync(context, fault, status);
        }
        else
        {
            await WorkAsync(context, fault);
        }
    }

    private async Task WorkAsync(HttpContext context, EndpointFault fault)
    {
        var wire = context.Response.Body;
        var held = new MemoryStream();
        var holdsBack = fault.DropAnswer || fault.AnswerLatency > TimeSpan.Zero;
        context.Response.Body = holdsBack ? held : wire;
        await next(context);
        log.CountDone(addresses.EndpointOf(context));
        if (!holdsBack)
        {
            return;
        }

        await Task.Delay(fault.AnswerLatency, context.RequestAborted);
        if (fault.DropAnswer)
        {
            context.Abort();
            return;
        }

        context.Response.Body = wire;
        held.Position = 0;
        await held.CopyToAsync(wire, context.RequestAborted);
    }

    private static Task AnswerAsync(HttpContext context, EndpointFault fault, int status)
    {
        context.Response.StatusCode = status;
        if (fault.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = $"{seconds}";
        }

        foreach (var (name, value) in fault.Headers)
        {
            context.Response.Headers[name] = value;
        }

        return context.Response.WriteAsync(fault.Body, context.RequestAborted);
    }
}
