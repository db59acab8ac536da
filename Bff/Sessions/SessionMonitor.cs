using System.Runtime.CompilerServices;
using Bff.Storage;

namespace Bff.Sessions;

/// <summary>
/// The changes of one session while a stream of it is open. Events are fast but may be lost, so the record is read as well: at the
/// beginning, when a limit is near, and every few seconds.
/// </summary>
internal sealed class SessionMonitor(SessionBus bus, SessionStore sessions, SessionOptions options, TimeProvider time)
{
    /// <summary>How long before its end a session is reported as expiring.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How often the record is read, with and without events of other instances. Proxies usually close idle connections after 60 s.
    /// </summary>
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(20), ReadEveryWithoutEvents = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Yields each change, and <see cref="SessionChange.None"/> at least every 20 seconds. <see cref="SessionChange.Ended"/> is the last.
    /// </summary>
    /// <param name="session">As it was read a moment ago.</param>
    public async IAsyncEnumerable<SessionChange> WatchAsync(Session session, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var events = bus.Subscribe(session.Id);
        SessionChange.Expiring? announced = null;
        // The first time at once: the session may have changed before the subscription began.
        for (var wait = TimeSpan.Zero; ; wait = UntilNextRead(session))
        {
            var happened = wait == TimeSpan.Zero ? null : await events.NextAsync(wait, time, cancellationToken);
            if (happened is { What: SessionEvent.Ended, Reason: var reason })
            {
                yield return new SessionChange.Ended(reason ?? EndReason.Gone);
                yield break;
            }
            if (await ReadAsync(session) is not { } current)
            {
                yield return new SessionChange.Ended(time.GetUtcNow() < session.IdleExpiresAt(options) ? EndReason.Gone
                    : EndReason.Expired);
                yield break;
            }
            yield return current.Version == session.Version ? new SessionChange.None() : new SessionChange.Refreshed(current);
            session = current;
            if (ExpiryOf(session) is { } expiry && expiry != announced) yield return announced = expiry;
        }
    }

    /// <summary>
    /// The session as it is now, null when it has ended. While Redis cannot be read it is the former one until its lifetime ends: a fault
    /// is not an end.
    /// </summary>
    private async Task<Session?> ReadAsync(Session session)
    {
        if (time.GetUtcNow() >= session.ExpiresAt(options)) return null;
        try
        {
            return await sessions.LoadAsync(session.Id);
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            return session;
        }
    }

    private SessionChange.Expiring? ExpiryOf(Session session) =>
        session.IdleExpiresAt(options) is var at && at - time.GetUtcNow() <= Notice ? new(at, IfUnused: at < session.ExpiresAt(options))
            : null;

    private TimeSpan UntilNextRead(Session session)
    {
        var limit = session.IdleExpiresAt(options) - time.GetUtcNow();
        var next = bus.IsSubscribed ? ReadEvery : ReadEveryWithoutEvents;
        return new[] { limit - Notice, limit, next }.Where(wait => wait > TimeSpan.Zero).Min();
    }
}
