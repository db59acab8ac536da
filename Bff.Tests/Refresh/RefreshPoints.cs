using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>How far a refresh gets before it is stopped.</summary>
public static class RefreshPoints
{
    /// <summary>Each returns where it was stopped.</summary>
    private static readonly (string Name, Func<RedisGate, ProviderSteps, string, Task<RedisGate.Stop>> ReachAsync)[] Points =
    [
        ("before the lease is taken", (gate, _, prefix) => ReachedAsync(gate.StopAt("SET", $"{prefix}lease:"))),
        ("with the lease, before the session is read again", async (gate, steps, prefix) =>
            await NextAsync(await ReachAsync(0, gate, steps, prefix), () => gate.StopAt("HMGET", $"{prefix}session:"))),
        ("before the provider is asked", (_, steps, _) => ReachedAsync(steps.StopBefore())),
        ("while the answer is under way", (_, steps, _) => ReachedAsync(steps.StopAfter())),
        ("before the write", async (gate, steps, prefix) =>
            await NextAsync(await ReachAsync(3, gate, steps, prefix), () => gate.StopAt("WATCH", $"{prefix}session:"))),
        ("at the write", async (gate, steps, prefix) =>
            await NextAsync(await ReachAsync(4, gate, steps, prefix), () => gate.StopAt("SET", $"{prefix}session:"))),
    ];

    /// <summary>The number of each and its name.</summary>
    public static TheoryData<int, string> Rows => [.. Points.Index().Select(point => (point.Index, point.Item.Name))];

    internal static Task<RedisGate.Stop> ReachAsync(int point, RedisGate gate, ProviderSteps steps, string keyPrefix) =>
        Points[point].ReachAsync(gate, steps, keyPrefix);

    private static async Task<RedisGate.Stop> ReachedAsync(RedisGate.Stop stop)
    {
        await stop.Reached;
        return stop;
    }

    /// <summary>From one point on to the next.</summary>
    private static async Task<RedisGate.Stop> NextAsync(RedisGate.Stop reached, Func<RedisGate.Stop> next)
    {
        var stop = next();
        reached.Go();
        return await ReachedAsync(stop);
    }
}
