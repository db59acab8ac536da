using Bff.Errors;
using Bff.Security;
using Bff.Sessions;
using Yarp.ReverseProxy.Forwarder;

namespace Bff.Proxy;

/// <summary>Cuts what goes on after its session has ended: WebSockets and event streams at once, everything else when it had time to finish.</summary>
internal sealed class StreamCut(IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <summary>A request that was on its way when the person signed out is not torn apart; one that would never end is no exception.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public async Task RunAsync(HttpContext context, ProxiedSession session, SessionWatch watch, RequestDelegate next)
    {
        session.IsStream = StreamRequest.IsOne(context);
        context.Features.Set(session);
        var client = context.RequestAborted;
        // The clock is this one's, therefore no linked source.
        using var cut = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var gone = client.Register(cut.Cancel);
        await using var ended = watch.Ended.Register(() =>
        {
            if (session.IsStream) cut.Cancel();
            else cut.CancelAfter(Grace);
        });
        // Else an open stream would hold up the process until it is killed; the browser comes back to another instance.
        await using var stopping = lifetime.ApplicationStopping.Register(() =>
        {
            if (session.IsStream) cut.Cancel();
        });
        context.RequestAborted = cut.Token;
        try
        {
            await next(context);
        }
        finally
        {
            context.RequestAborted = client;
        }

        if (!cut.IsCancellationRequested || client.IsCancellationRequested || context.Features.Get<IForwarderErrorFeature>() is null) return;
        if (context.Response.HasStarted) context.Abort();
        // The cookie stays: a new sign-in may have ended this session, and the cookie is that one's by now.
        else if (watch.Ended.IsCancellationRequested) await new Problem(ProblemCode.SessionEnded).ExecuteAsync(context);
    }
}
