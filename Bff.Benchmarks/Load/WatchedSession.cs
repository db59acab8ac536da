using System.Diagnostics;
using System.Net.Sockets;

namespace Bff.Benchmarks.Load;

/// <summary>A session with its open event streams.</summary>
internal sealed class WatchedSession : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<HttpConnection> streams = [];
    private readonly HttpConnection control;
    private readonly byte[] refresh;
    private TaskCompletionSource shown = NewSource();
    private int awaited;
    private long refreshedAt;

    private WatchedSession(HttpConnection control, byte[] refresh) => (this.control, this.refresh) = (control, refresh);

    /// <summary>The events that the streams have shown.</summary>
    public Tally Tally { get; } = new();

    /// <summary>Returns when all streams are open.</summary>
    public static async Task<WatchedSession> OpenAsync(string cookie, LoadJob job)
    {
        var port = job.Ports[0];
        var session = new WatchedSession(await HttpConnection.OpenAsync(port), RequestText.Of("POST /refresh", port, cookie))
        {
            awaited = job.StreamsPerSession,
        };
        var opened = session.shown.Task;
        for (var i = 0; i < job.StreamsPerSession; i++)
        {
            var streamPort = job.Ports[i % job.Ports.Length];
            var stream = await HttpConnection.OpenAsync(streamPort);
            session.streams.Add(stream);
            await stream.SendAsync(RequestText.Of("GET /events", streamPort, cookie, accept: "text/event-stream"));
            _ = session.ReadAsync(stream);
        }
        await opened;
        return session;
    }

    /// <summary>Refreshes the session, and returns when all streams have shown it.</summary>
    public async Task RefreshAsync()
    {
        Task all;
        lock (gate)
        {
            (shown, awaited, refreshedAt) = (NewSource(), streams.Count, Stopwatch.GetTimestamp());
            all = shown.Task;
        }
        await control.SendAsync(refresh);
        if ((await control.ReceiveAsync()).Status is not (200 or 204) and var status) throw new IOException($"/refresh: status {status}");
        await all;
    }

    public void Dispose()
    {
        control.Dispose();
        foreach (var stream in streams) stream.Dispose();
    }

    /// <summary>The opening has an id as well: that of the session as it is.</summary>
    private async Task ReadAsync(HttpConnection stream)
    {
        var last = "";
        try
        {
            await stream.ReceiveHeadAsync();
            while (true)
            {
                var line = await stream.EventLineAsync();
                if (!line.StartsWith("id: ", StringComparison.Ordinal) || line == last) continue;
                last = line;
                OnShown();
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // It was disposed; or the server closed it, and then an event is missed.
        }
    }

    // The one who waits must not go on under the lock.
    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void OnShown()
    {
        lock (gate)
        {
            if (refreshedAt != 0) Tally.Add(refreshedAt);
            if (--awaited == 0) shown.SetResult();
        }
    }
}
