using System.Numerics;
using Bff.Storage;
using StackExchange.Redis;

namespace Bff.Sessions;

/// <summary>One of a user's sessions, as their other sessions see it.</summary>
/// <param name="Device">Browser and system, in the program's own words.</param>
internal sealed record ListedSession(string Name, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, string Device);

/// <summary>
/// The index of sessions by user and by session at the provider: a hash per <see cref="SessionIndexKey"/>, a field per session. Entries
/// may outlive their session; lists leave those out.
/// </summary>
internal sealed class UserSessions(RedisCommands redis, RedisKeys keys, SessionStore sessions, SessionOptions options, TimeProvider time)
{
    /// <summary>A list shows at most this many sessions, the newest.</summary>
    private const int MaximumListed = 100;

    /// <summary>
    /// Each time the length of an index reaches a power of two from here on, the entries of ended sessions are removed. So a user with
    /// very many sessions costs no more per sign-in than others.
    /// </summary>
    private const int PruneFrom = 128;

    private const int Portion = 100;

    /// <summary>A younger entry is never removed: its session may not be written yet, by an instance whose clock differs.</summary>
    private static readonly TimeSpan MaximumClockDifference = TimeSpan.FromMinutes(15);

    private sealed record Entry(DateTimeOffset CreatedAt, string Device);

    /// <summary>Lists the session. Its cookie may be sent only afterwards: what is in no index could not be ended from elsewhere.</summary>
    public Task AddAsync(Session session, string device) =>
        Task.WhenAll(session.IndexKeys().Select(index => AddAsync(index, session, device)));

    private async Task AddAsync(SessionIndexKey index, Session session, string device)
    {
        var entry = SealedBox.Seal(index.EncryptionKey, index.Context(session.Id.Name), new Entry(session.CreatedAt, device));
        var added = redis.HashSetAsync(Key(index), session.Id.Name, entry);
        // As long as the index's youngest session may live, and a little. If it is lost, the user's next sign-in sets it.
        var expires = redis.KeyExpireAsync(Key(index), options.Lifetime + TimeSpan.FromMinutes(1));
        var count = redis.HashLengthAsync(Key(index));
        await Task.WhenAll(added, expires, count);
        if (await count >= PruneFrom && BitOperations.IsPow2(await count)) await PruneAsync(index);
    }

    public Task RemoveAsync(SessionIndexKey index, IReadOnlyCollection<string> names) =>
        redis.HashDeleteAsync(Key(index), [.. names.Select(name => (RedisValue)name)]);

    /// <summary>The newest sessions of the user. The one that asks is always among them.</summary>
    public async Task<IReadOnlyList<ListedSession>> ListAsync(Session own, string device)
    {
        var entries = (await EntriesAsync(own.UserKey)).Where(entry => entry.Name != own.Id.Name).Take(MaximumListed - 1);
        var others = await Task.WhenAll(entries.Select(async entry => (entry, LastUsed: await sessions.LastUsedAsync(entry.Name))));
        return
        [
            .. others.Where(other => other.LastUsed is not null)
                .Select(other => new ListedSession(other.entry.Name, other.entry.CreatedAt, other.LastUsed!.Value, other.entry.Device))
                .Append(new ListedSession(own.Id.Name, own.CreatedAt, own.LastUsed, device))
                .OrderByDescending(session => session.CreatedAt),
        ];
    }

    /// <summary>The names that stand in all of the indexes, including those of sessions that have ended.</summary>
    public async Task<IReadOnlyCollection<string>> NamesAsync(IReadOnlyCollection<SessionIndexKey> indexes)
    {
        var names = await Task.WhenAll(indexes.Select(async index =>
            (await redis.HashGetAllAsync(Key(index), RedisConnection.FromPrimary)).Select(field => field.Name.ToString())));
        return [.. names.Aggregate(Enumerable.Intersect)];
    }

    private async Task<IReadOnlyList<(string Name, DateTimeOffset CreatedAt, string Device)>> EntriesAsync(SessionIndexKey index)
    {
        var fields = await redis.HashGetAllAsync(Key(index), RedisConnection.FromPrimary);
        return
        [
            .. fields.Select(field =>
                (Name: field.Name.ToString(), Entry: SealedBox.Open<Entry>(index.EncryptionKey, index.Context(field.Name.ToString()),
                field.Value)))
                // The entry of another version still names a session.
                .Select(field => (field.Name, CreatedAt: field.Entry?.CreatedAt ?? default, Device: field.Entry?.Device ?? Device.Unknown))
                .OrderByDescending(entry => entry.CreatedAt),
        ];
    }

    private RedisKey Key(SessionIndexKey index) => keys.Index(index.Kind, index.Name);

    private async Task PruneAsync(SessionIndexKey index)
    {
        var oldest = time.GetUtcNow() - MaximumClockDifference;
        var ended = new List<string>();
        // In portions: all requests share one connection.
        foreach (var portion in (await EntriesAsync(index)).Where(entry => entry.CreatedAt < oldest).Chunk(Portion))
        {
            var lastUses = await Task.WhenAll(portion.Select(entry => sessions.LastUsedAsync(entry.Name)));
            ended.AddRange(portion.Zip(lastUses).Where(pair => pair.Second is null).Select(pair => pair.First.Name));
        }
        if (ended is not []) await RemoveAsync(index, ended);
    }
}
