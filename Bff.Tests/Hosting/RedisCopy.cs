using System.Text;
using StackExchange.Redis;

namespace Bff.Tests.Hosting;

/// <summary>A complete copy of what a system keeps in Redis: keys, fields, values, times to live.</summary>
internal sealed record RedisCopy(IReadOnlyDictionary<string, byte[][]> Values, IReadOnlyDictionary<string, TimeSpan?> TimesToLive)
{
    /// <summary>All of it, byte for byte as Latin-1.</summary>
    public string All =>
        string.Join('\n', Values.Select(pair => pair.Key + "\n" + string.Join('\n', pair.Value.Select(Encoding.Latin1.GetString))));

    public static async Task<RedisCopy> OfAsync(BffSystem system)
    {
        var (values, times) = (new Dictionary<string, byte[][]>(), new Dictionary<string, TimeSpan?>());
        foreach (var key in system.Keys())
        {
            RedisValue[] found = await system.Redis.KeyTypeAsync(key) switch
            {
                RedisType.String => [await system.Redis.StringGetAsync(key)],
                RedisType.List => await system.Redis.ListRangeAsync(key),
                RedisType.Hash => [.. (await system.Redis.HashGetAllAsync(key)).SelectMany(entry => new[] { entry.Name, entry.Value })],
                var type => throw new InvalidOperationException($"{key} is a {type}."),
            };
            values[key] = [.. found.Select(value => (byte[])value!)];
            times[key] = await system.Redis.KeyTimeToLiveAsync(key);
        }
        return new RedisCopy(values, times);
    }
}
