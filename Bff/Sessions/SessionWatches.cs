namespace Bff.Sessions;

/// <summary>
/// Which sessions this instance has requests of, so that what outlives its session can be cut and pages can be told. What happens to
/// a session is heard from <see cref="SessionEvents"/>; what is not heard <see cref="WatchedSession"/> finds out.
/// </summary>
internal sealed class SessionWatches
{
    /// <summary>So many records are read at a time when all must be: Redis, just back, has others to serve.</summary>
    private const int ReviewsAtOnce = 16;

    private readonly Lock gate = new();
    private readonly Dictionary<string, WatchedSession> watched = [];
    private readonly SessionEvents events;
    private readonly SessionStore sessions;
    private readonly TimeProvider time;

    public SessionWatches(SessionEvents events, SessionStore sessions, TimeProvider time)
    {
        (this.events, this.sessions, this.time) = (events, sessions, time);
        events.Happened += Hear;
        events.Missed += ReviewAll;
    }

    /// <summary>Begins to watch. Called before the session is read, so that nothing that happens to it falls in between.</summary>
    /// <param name="id">The session.</param>
    /// <param name="tell">As in <see cref="SessionWatch"/>.</param>
    public SessionWatch Open(SessionId id, Action<SessionChange>? tell = null)
    {
        events.Listen();
        lock (gate)
        {
            if (!watched.TryGetValue(id.Name, out var session)) watched.Add(id.Name, session = new WatchedSession(id, events, sessions, time));
            var watch = new SessionWatch(session, tell, Close);
            session.Add(watch);
            return watch;

            void Close(SessionWatch closed)
            {
                lock (gate)
                {
                    if (!session.Remove(closed)) return;
                    watched.Remove(id.Name);
                    session.Dispose();
                }
            }
        }
    }

    /// <summary>How many sessions are watched.</summary>
    internal int Count
    {
        get
        {
            lock (gate) return watched.Count;
        }
    }

    private void Hear(SessionEvent happened)
    {
        WatchedSession? session;
        lock (gate) watched.TryGetValue(happened.Session, out session);
        if (happened.What == SessionEvent.Ended) session?.End(happened.Reason ?? EndReason.Gone);
        // The message says that, the record what.
        else if (happened.What == SessionEvent.Refreshed) _ = session?.ReviewAsync();
    }

    private void ReviewAll()
    {
        WatchedSession[] all;
        lock (gate) all = [.. watched.Values];
        _ = Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = ReviewsAtOnce }, async (session, _) => await session.ReviewAsync());
    }
}
