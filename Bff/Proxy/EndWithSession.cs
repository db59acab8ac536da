using Bff.Operations;
using Bff.Security;
using Bff.Sessions;

namespace Bff.Proxy;

/// <summary>
/// Cuts a WebSocket or an event stream of the API when its session ends, and when the process stops: an open stream would delay its
/// end.
/// </summary>
internal sealed class EndWithSession(SessionMonitor monitor, IHostApplicationLifetime lifetime, Telemetry telemetry)
{
    /// <summary>Begins to watch the session, until the response has ended.</summary>
    public void Watch(HttpContext context, Session session)
    {
        var kind = StreamRequest.IsEventStream(context.Response) ? "api_events" : "websocket";
        telemetry.StreamOpened(kind);
        var over = new CancellationTokenSource();
        var cutting = CutAsync(context, session, over.Token);
        context.Response.OnCompleted(async () =>
        {
            await over.CancelAsync();
            await cutting;
            over.Dispose();
            telemetry.StreamClosed(kind);
        });
    }

    private async Task CutAsync(HttpContext context, Session session, CancellationToken over)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(over, lifetime.ApplicationStopping);
        try
        {
            await foreach (var change in monitor.WatchAsync(session, watching.Token))
            {
                if (change is SessionChange.Ended) break;
            }
        }
        catch (OperationCanceledException)
        {
            // The response has ended, or the process stops.
        }
        if (!over.IsCancellationRequested) context.Abort();
    }
}
