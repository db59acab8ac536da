using System.Text.Json;
using Bff.Storage;
using StackExchange.Redis;

namespace Bff.Sessions;

/// <summary>What a group knows of one of its sessions.</summary>
/// <param name="CreatedAt">Null where that could not be read.</param>
/// <param name="Device">Browser and system, in the program's own words.</param>
internal sealed record IndexEntry(DateTimeOffset? CreatedAt, string Device)
{
    public static IndexEntry Unreadable { get; } = new(null, Sessions.Device.Unknown);
}

/// <summary>
/// Which sessions a group has: a hash per group, a field per session. An entry is written before its session and may outlive it;
/// one that is marked belongs to a session that is being ended.
/// </summary>
internal sealed class SessionIndex(IDatabase redis, RedisKeys keys, SessionOptions options)
{
    private static readonly RedisValue Mark = "";

    /// <summary>As long as a group's youngest session may live, and a little.</summary>
    private TimeSpan TimeToLive => options.Lifetime + TimeSpan.FromMinutes(1);

    /// <returns>How many entries the group has now.</returns>
    public async Task<long> AddAsync(SessionGroup group, string session, IndexEntry entry)
    {
        var key = keys.Group(group);
        var transaction = redis.CreateTransaction();
        _ = transaction.HashSetAsync(key, session, group.Close(session, JsonSerializer.SerializeToUtf8Bytes(entry)));
        _ = transaction.KeyExpireAsync(key, TimeToLive);
        var count = transaction.HashLengthAsync(key);
        await transaction.ExecuteAsync();
        return await count;
    }

    /// <summary>Enters the session where a group of it does not have it; what is there stays, a mark too.</summary>
    /// <returns>Whether one did not.</returns>
    public async Task<bool> KeepAsync(Session session, string name, string device = Device.Unknown)
    {
        var entry = JsonSerializer.SerializeToUtf8Bytes(new IndexEntry(session.CreatedAt, device));
        var added = await Task.WhenAll(session.Groups().Select(async group =>
        {
            var transaction = redis.CreateTransaction();
            var isNew = transaction.HashSetAsync(keys.Group(group), name, group.Close(name, entry), When.NotExists);
            _ = transaction.KeyExpireAsync(keys.Group(group), TimeToLive);
            await transaction.ExecuteAsync();
            return await isNew;
        }));
        return added.Contains(true);
    }

    /// <summary>Whether the entry is there and not marked.</summary>
    public async Task<bool> HoldsAsync(SessionGroup group, string session) => await redis.HashGetAsync(keys.Group(group), session, RedisConnection.OfMaster) is { IsNullOrEmpty: false };

    /// <summary>All sessions of the group by name; null for an entry that is marked.</summary>
    public async Task<Dictionary<string, IndexEntry?>> ListAsync(SessionGroup group) =>
        (await redis.HashGetAllAsync(keys.Group(group), RedisConnection.OfMaster)).ToDictionary(field => field.Name.ToString(), field => Read(group, field));

    /// <summary>From now on the sessions are known to be ending, to whoever is only creating one of them too.</summary>
    public Task MarkAsync(SessionGroup group, IEnumerable<string> sessions)
    {
        var transaction = redis.CreateTransaction();
        _ = transaction.HashSetAsync(keys.Group(group), [.. sessions.Select(session => new HashEntry(session, Mark))]);
        // The group may have been emptied since it was read: this would make it anew, and for ever.
        _ = transaction.KeyExpireAsync(keys.Group(group), TimeToLive);
        return transaction.ExecuteAsync();
    }

    public Task RemoveAsync(SessionGroup group, IEnumerable<string> sessions) => redis.HashDeleteAsync(keys.Group(group), [.. sessions.Select(session => (RedisValue)session)]);

    private static IndexEntry? Read(SessionGroup group, HashEntry field)
    {
        if (field.Value == Mark) return null;
        // What another version wrote names a session all the same, which nobody asked to end.
        if (group.Open(field.Name.ToString(), (byte[])field.Value!) is not { } entry) return IndexEntry.Unreadable;
        try
        {
            return JsonSerializer.Deserialize<IndexEntry>(entry) ?? IndexEntry.Unreadable;
        }
        catch (JsonException)
        {
            return IndexEntry.Unreadable;
        }
    }
}
