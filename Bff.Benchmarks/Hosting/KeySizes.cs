using StackExchange.Redis;

namespace Bff.Benchmarks.Hosting;

/// <summary>What keys take in Redis.</summary>
/// <param name="Memory">By <c>MEMORY USAGE</c>, with the overhead of Redis' own structures.</param>
/// <param name="Content">The names and values themselves.</param>
internal sealed record KeySizes(int Keys, long Memory, long Content)
{
    public static HashSet<RedisKey> AllOf(RedisServer redis) => [.. redis.Server.Keys(pageSize: 1000)];

    public static async Task<KeySizes> OfAsync(RedisServer redis, IReadOnlyCollection<RedisKey> keys)
    {
        var (memory, content) = (0L, 0L);
        foreach (var key in keys)
        {
            memory += (long)await redis.Database.ExecuteAsync("MEMORY", "USAGE", key, "SAMPLES", "0");
            content += key.ToString().Length + await ContentAsync(redis.Database, key);
        }
        return new KeySizes(keys.Count, memory, content);
    }

    private static async Task<long> ContentAsync(IDatabase database, RedisKey key) => await database.KeyTypeAsync(key) switch
    {
        RedisType.String => await database.StringLengthAsync(key),
        RedisType.Hash => (await database.HashGetAllAsync(key)).Sum(entry => entry.Name.Length() + entry.Value.Length()),
        RedisType.List => (await database.ListRangeAsync(key)).Sum(value => value.Length()),
        RedisType.Set => (await database.SetMembersAsync(key)).Sum(value => value.Length()),
        RedisType.SortedSet => (await database.SortedSetRangeByRankAsync(key)).Sum(value => value.Length() + sizeof(double)),
        RedisType.None => 0,
        var other => throw new InvalidOperationException($"The key {key} has the type {other}."),
    };
}
