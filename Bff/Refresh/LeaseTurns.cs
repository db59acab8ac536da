using System.Collections.Concurrent;
using Bff.Sessions;

namespace Bff.Refresh;

/// <summary>
/// Who waits on this instance for another's refresh: until that one tells that it is done, gives its lease back, or shows no life
/// any more. A message may be lost, so the lease is looked at as well.
/// </summary>
internal sealed partial class LeaseTurns
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Looks at an unchanged lease after which its holder counts as dead: less than a second, because a refresh token that was
    /// replaced works for a few seconds at most. Looks, not time: while this instance or Redis is frozen, nobody looks.
    /// </summary>
    private const int LooksAtTheDead = 7;

    /// <summary>The record is read now and then in any case.</summary>
    private const int LooksBetweenReads = 20;

    private readonly ConcurrentDictionary<string, TaskCompletionSource> waiting = new();
    private readonly RefreshLock refreshLock;
    private readonly SessionEvents events;
    private readonly ILogger<LeaseTurns> logger;

    public LeaseTurns(RefreshLock refreshLock, SessionEvents events, ILogger<LeaseTurns> logger)
    {
        (this.refreshLock, this.events, this.logger) = (refreshLock, events, logger);
        events.Happened += happened =>
        {
            if (waiting.TryGetValue(happened.Session, out var news)) news.TrySetResult();
        };
    }

    /// <summary>Queues for the lease of a session; no other turn of that session is open on this instance.</summary>
    public Turn Open(SessionId id, TimeSpan duration)
    {
        events.Listen();
        return new Turn(this, id, duration);
    }

    internal sealed class Turn : IDisposable
    {
        private readonly LeaseTurns turns;
        private readonly SessionId id;
        private readonly TimeSpan duration;
        private TaskCompletionSource news;
        private string? seen;
        private int unchanged;
        private bool hasAsked;

        internal Turn(LeaseTurns turns, SessionId id, TimeSpan duration)
        {
            (this.turns, this.id, this.duration) = (turns, id, duration);
            news = turns.waiting[id.Name] = NewNews();
        }

        /// <summary>The lease, or null when the session is to be read again. The first call does not wait.</summary>
        public async Task<RefreshLock.Lease?> NextAsync()
        {
            if (!hasAsked)
            {
                hasAsked = true;
                return await turns.refreshLock.TryTakeAsync(id, duration);
            }
            for (var look = 1; look <= LooksBetweenReads; look++)
            {
                if (await turns.refreshLock.LookAsync(id) is not { } shown) return await turns.refreshLock.TryTakeAsync(id, duration, afterAnother: true);
                unchanged = shown == seen ? unchanged + 1 : 0;
                seen = shown;
                if (unchanged >= LooksAtTheDead) return await TakeOverAsync(shown);
                if (await Task.WhenAny(news.Task, Task.Delay(BetweenLooks)) != news.Task) continue;
                // Before the record is read, so that what happens after that is news again.
                news = turns.waiting[id.Name] = NewNews();
                return null;
            }
            return null;
        }

        private async Task<RefreshLock.Lease?> TakeOverAsync(string shown)
        {
            var lease = await turns.refreshLock.TryTakeOverAsync(id, shown, duration);
            if (lease is not null) Log.TakenOver(turns.logger, id.LogName);
            return lease;
        }

        public void Dispose() => turns.waiting.TryRemove(id.Name, out var _);

        private static TaskCompletionSource NewNews() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The instance that was refreshing session {Session} shows no life; the refresh was taken over.")]
        public static partial void TakenOver(ILogger logger, string session);
    }
}
