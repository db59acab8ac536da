using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Bff.Security;

namespace Bff.Sessions;

/// <summary>The events of one page, from when they happen until they are sent.</summary>
internal sealed class EventStream : IDisposable
{
    /// <summary>Shorter than the idle timeouts of the usual proxies (60 s).</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    /// <summary>Which browsers ignore.</summary>
    private const string Comment = ":\n\n";

    // Whoever reads so slowly that they pile up misses the oldest, and hears the end.
    private readonly Channel<string> waiting = Channel.CreateBounded<string>(new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly ITimer timer;

    public EventStream(TimeProvider time) => timer = time.CreateTimer(_ => Add(Comment), null, KeepAlive, KeepAlive);

    /// <param name="stored">The session as the stream begins with it.</param>
    /// <param name="lastSeen">The <c>Last-Event-ID</c> of a browser whose stream broke off: what was the record's version then.</param>
    public void Begin(StoredSession stored, string? lastSeen)
    {
        // A random pause before a browser comes back: after an instance has stopped, not all at once.
        Add($"retry: {RandomNumberGenerator.GetInt32(1000, 4000)}\nid: {stored.Version}\n\n");
        if (!string.IsNullOrEmpty(lastSeen) && lastSeen != stored.Version) Add(new SessionChange.Refreshed(stored));
    }

    public void Add(SessionChange change)
    {
        Add(EventMessage.Of(change));
        if (change is SessionChange.Ended) End();
    }

    /// <summary>Nothing more will come.</summary>
    public void End() => waiting.Writer.TryComplete();

    /// <summary>Sends what there is and what comes, until the end or until the browser is gone.</summary>
    public async Task SendAsync(HttpResponse response, CancellationToken gone)
    {
        response.ContentType = StreamRequest.EventStreamType;
        try
        {
            await foreach (var message in waiting.Reader.ReadAllAsync(gone))
            {
                await response.Body.WriteAsync(Encoding.UTF8.GetBytes(message), gone);
                await response.Body.FlushAsync(gone);
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The usual end: the page was closed.
        }
    }

    public void Dispose() => timer.Dispose();

    private void Add(string message) => waiting.Writer.TryWrite(message);
}
