using System.Globalization;
using StackExchange.Redis;

namespace Bff.Benchmarks.Hosting;

/// <summary>Fills a Redis with copies of the keys of one session, each under a name of its own, with the same lifetime.</summary>
internal static class FilledRedis
{
    private const int Batch = 10_000;

    private const string Copy = """
        local value, lifetime = redis.call('DUMP', KEYS[1]), redis.call('PTTL', KEYS[1])
        for i = ARGV[1], ARGV[2] do redis.call('RESTORE', KEYS[1] .. ':' .. i, math.max(lifetime, 0), value) end
        """;

    public static async Task FillAsync(RedisServer redis, IReadOnlyCollection<RedisKey> session, int count)
    {
        foreach (var key in session)
        {
            for (var first = 1; first <= count; first += Batch)
                await redis.Database.ScriptEvaluateAsync(Copy, [key], [first, Math.Min(first + Batch - 1, count)]);
        }
    }

    /// <summary>Whether so many copies leave the machine some memory.</summary>
    public static async Task<bool> FitsAsync(RedisServer redis, IReadOnlyCollection<RedisKey> session, int count)
    {
        var needed = (await KeySizes.OfAsync(redis, session)).Memory * 1.3 * count;
        var line = File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal));
        var available = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        return needed < available * 0.7;
    }
}
