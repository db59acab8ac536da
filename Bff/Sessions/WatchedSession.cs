using Bff.Storage;

namespace Bff.Sessions;

/// <summary>
/// One session while this instance has requests of it. What nobody tells (a limit, a message lost, a record gone) shows when the
/// record is read again: when a limit is due, when messages may have been missed, and every now and then.
/// </summary>
internal sealed class WatchedSession(SessionId id, SessionEvents events, SessionStore sessions, TimeProvider time) : IDisposable
{
    /// <summary>So long before its end a session counts as expiring.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Heard = TimeSpan.FromSeconds(30), NotHeard = TimeSpan.FromSeconds(3);

    private readonly Lock gate = new();
    private readonly List<SessionWatch> watches = [];
    private readonly CancellationTokenSource ended = new();
    private StoredSession? known;
    private ITimer? timer;
    private long armedAt;
    private TimeSpan armedFor = TimeSpan.MaxValue;
    private bool isUnderReview, again;

    public SessionId Id => id;

    public CancellationToken Ended => ended.Token;

    public void Add(SessionWatch watch)
    {
        lock (gate) watches.Add(watch);
    }

    /// <returns>Whether it was the last.</returns>
    public bool Remove(SessionWatch watch)
    {
        lock (gate) return watches.Remove(watch) && watches is [];
    }

    public void Guard(SessionWatch watch, StoredSession stored)
    {
        lock (gate)
        {
            known = stored;
            timer ??= time.CreateTimer(_ => _ = ReviewAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            watch.See(stored, LimitOf(stored));
        }
        Schedule(events.IsHeard ? Heard : NotHeard, mayPutOff: false);
    }

    public void End(string reason)
    {
        lock (gate)
        {
            if (ended.IsCancellationRequested) return;
            var end = new SessionChange.Ended(reason);
            foreach (var watch in watches) watch.SeeEnd(end);
            // Not within the lock: what hangs on it closes watches.
            _ = ended.CancelAsync();
        }
    }

    /// <summary>Reads the record and tells what it shows; one look at a time, so that none tells of something older than the one before.</summary>
    public async Task ReviewAsync()
    {
        lock (gate)
        {
            if (known is null || ended.IsCancellationRequested) return;
            again = isUnderReview;
            if (isUnderReview) return;
            isUnderReview = true;
        }
        var next = NotHeard;
        while (true)
        {
            if (await LookAsync() && events.IsHeard) next = Heard;
            lock (gate)
            {
                if (isUnderReview = again) again = false;
                else break;
            }
        }
        Schedule(next, mayPutOff: true);
    }

    public void Dispose() => timer?.Dispose();

    /// <returns>False when Redis could not be asked.</returns>
    private async Task<bool> LookAsync()
    {
        try
        {
            events.Listen();
            // The lifetime never changes, so it ends without Redis too.
            if (time.GetUtcNow() < sessions.ExpiresAt(known!) && await sessions.LoadAsync(id) is { } stored) Tell(stored);
            else End(time.GetUtcNow() < sessions.IdleExpiresAt(known!) ? EndReason.Gone : EndReason.Expired);
            return true;
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            // Nobody can say that it ended: it stays, and is looked after soon.
            return false;
        }
    }

    private void Tell(StoredSession stored)
    {
        lock (gate)
        {
            known = stored;
            var limit = LimitOf(stored);
            foreach (var watch in watches) watch.See(stored, limit);
        }
    }

    private SessionChange.Expiring? LimitOf(StoredSession stored) =>
        sessions.IdleExpiresAt(stored) is var at && at - time.GetUtcNow() <= Notice ? new(at, IfUnused: at < sessions.ExpiresAt(stored)) : null;

    private void Schedule(TimeSpan atLatest, bool mayPutOff)
    {
        lock (gate)
        {
            var limit = sessions.IdleExpiresAt(known!) - time.GetUtcNow();
            // A limit that is past and could not be judged waits its turn like everything else.
            var due = new[] { limit - Notice, limit, atLatest }.Where(left => left > TimeSpan.Zero).Min();
            // A request reads the record for itself alone. Where requests are frequent, the look for all would never come.
            if (!mayPutOff && armedFor - time.GetElapsedTime(armedAt) < due) return;
            (armedAt, armedFor) = (time.GetTimestamp(), due);
            timer?.Change(due, Timeout.InfiniteTimeSpan);
        }
    }
}
