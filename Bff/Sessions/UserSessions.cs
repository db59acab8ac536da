using Bff.Storage;

namespace Bff.Sessions;

/// <summary>One of a user's sessions, as another of them may see it.</summary>
internal sealed record ListedSession(string Name, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, string Device);

/// <summary>The sessions of a user on all devices: begun so that they can be found, listed, and ended without their cookies.</summary>
internal sealed class UserSessions(SessionStore sessions, SessionIndex index, TimeProvider time) : IDisposable
{
    /// <summary>Each time a group reaches a multiple of this, it is cleared of what has ended.</summary>
    private const int Crowd = 50;

    /// <summary>An entry this young may be of a session that is only being written, by an instance whose clock is far behind this one's.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(15);

    /// <summary>How long one list waits for others: with what a command may take, still within the five seconds promised.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim looking = new(2);

    /// <summary>Creates the session; false when all sessions of its user (or of its session at the provider) were ended at the same moment: then it is ended too.</summary>
    public async Task<bool> BeginAsync(SessionId id, Session session, string device)
    {
        var groups = session.Groups();
        // Before the session: what is in no index could not be ended from elsewhere.
        foreach (var group in groups)
        {
            if (await index.AddAsync(group, id.Name, new IndexEntry(session.CreatedAt, device)) % Crowd == 0 && looking.CurrentCount > 0) await AliveAsync(group);
        }
        await sessions.CreateAsync(id, session);
        foreach (var group in groups)
        {
            if (await index.HoldsAsync(group, id.Name)) continue;
            await sessions.EndAsync(id, EndReason.Revoked);
            return false;
        }
        return true;
    }

    /// <summary>The sessions of that user, the newest first; the one that asks is among them even if the index was lost.</summary>
    /// <param name="own">The one that asks.</param>
    /// <param name="device">Its device.</param>
    public async Task<IReadOnlyList<ListedSession>> ListAsync(StoredSession own, string device)
    {
        await index.KeepAsync(own.Session, own.Id.Name, device);
        return [.. (await AliveAsync(SessionGroup.OfUser(own.Session.Issuer, own.Session.Subject))).OrderByDescending(session => session.CreatedAt)];
    }

    /// <summary>Ends one session of that user; false when they have no such session.</summary>
    public async Task<bool> EndOneAsync(Session of, string name, string reason)
    {
        var group = SessionGroup.OfUser(of.Issuer, of.Subject);
        return (await index.ListAsync(group)).ContainsKey(name) && await EndAsync([group], [name], reason) > 0;
    }

    /// <summary>Ends the sessions that are in all of the groups.</summary>
    /// <param name="except">The one that stays.</param>
    /// <returns>How many there were.</returns>
    public async Task<int> EndAllAsync(IReadOnlyCollection<SessionGroup> groups, string reason, string? except = null)
    {
        var names = (await Task.WhenAll(groups.Select(index.ListAsync))).Select(entries => entries.Keys.AsEnumerable()).Aggregate(Enumerable.Intersect).Where(name => name != except).ToArray();
        return names is [] ? 0 : await EndAsync(groups, names, reason);
    }

    private async Task<int> EndAsync(IReadOnlyCollection<SessionGroup> groups, string[] names, string reason)
    {
        // Marked first and forgotten last: a session that is only being written finds the mark and ends itself, and what a fault leaves is found by the next attempt.
        await index.MarkAsync(groups.First(), names);
        var ended = await Task.WhenAll(names.Select(name => sessions.EndAsync(name, reason)));
        await Task.WhenAll(groups.Select(group => index.RemoveAsync(group, names)));
        return ended.Count(was => was);
    }

    /// <summary>What is alive of the group; the entries of what is not are removed, and what was to end and did not is ended now.</summary>
    private async Task<List<ListedSession>> AliveAsync(SessionGroup group)
    {
        var entries = (await index.ListAsync(group)).ToArray();
        var lastUses = await LastUsesAsync(entries);
        var (alive, dead) = (new List<ListedSession>(), new List<string>());
        var youngest = time.GetUtcNow() - Young;
        foreach (var ((name, entry), lastUse) in entries.Zip(lastUses))
        {
            if (lastUse is { } lastSeenAt && entry is not null) alive.Add(new ListedSession(name, entry.CreatedAt ?? lastSeenAt, lastSeenAt, entry.Device));
            // Whoever wanted it ended was told that Redis failed; unlisted it must not live on.
            else if (lastUse is not null && await sessions.EndAsync(name, EndReason.EndedElsewhere)) dead.Add(name);
            else if ((entry?.CreatedAt ?? DateTimeOffset.MinValue) < youngest) dead.Add(name);
        }
        if (dead is not []) await index.RemoveAsync(group, dead);
        return alive;
    }

    /// <summary>In portions and for few at a time: all requests share one connection, and a user may have any number of sessions.</summary>
    private async Task<List<DateTimeOffset?>> LastUsesAsync(KeyValuePair<string, IndexEntry?>[] entries)
    {
        var lastUses = new List<DateTimeOffset?>(entries.Length);
        if (!await looking.WaitAsync(Patience)) throw new StoreUnavailableException("Other lists of sessions are being read.", new TimeoutException());
        try
        {
            foreach (var portion in entries.Chunk(Crowd)) lastUses.AddRange(await Task.WhenAll(portion.Select(entry => sessions.LastUsedAsync(entry.Key))));
        }
        finally
        {
            looking.Release();
        }
        return lastUses;
    }

    public void Dispose() => looking.Dispose();
}
