namespace Bff.Local.UserPool.RemoteControl;

/// <summary>Lets the planned fault strike before, instead of, or after the endpoint's work.</summary>
internal sealed class FaultMiddleware(RequestDelegate next, Faults faults, PoolAddresses addresses, PoolClock clock)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // A wrong clock shows in the Date header as well.
        context.Response.Headers.Date = clock.Now.ToString("R");
        if (addresses.IsDomain(context) && faults.IsOverQuota($"{context.Connection.RemoteIpAddress}", clock.Now))
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        var fault = faults.Strike(addresses.EndpointOf(context));
        if (fault is null)
        {
            await next(context);
            return;
        }

        await Task.Delay(fault.Latency, context.RequestAborted);
        if (fault.Hang)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        else if (fault.DropRequest)
        {
            context.Abort();
        }
        else if (fault.Status is { } status)
        {
            await AnswerAsync(context, fault, status);
        }
        else if (fault.DropAnswer)
        {
            context.Response.Body = new MemoryStream();
            await next(context);
            context.Abort();
        }
        else
        {
            await AnswerLateAsync(context, fault.AnswerLatency);
        }
    }

    private async Task AnswerLateAsync(HttpContext context, TimeSpan latency)
    {
        var wire = context.Response.Body;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        await next(context);
        context.Response.Body = wire;
        await Task.Delay(latency, context.RequestAborted);
        answer.Position = 0;
        await answer.CopyToAsync(wire, context.RequestAborted);
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
