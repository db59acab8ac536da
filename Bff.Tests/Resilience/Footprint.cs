
namespace Bff.Tests.Resilience;

/// <summary>What the processes take up: memory of the largest, open files of the one with the most, and all connections to Redis.</summary>
internal sealed record Footprint(long Memory, int OpenFiles, int Threads, int RedisConnections)
{
    public static async Task<Footprint> OfAsync(Fleet fleet)
    {
        // Whatever is only waiting to be closed.
        await Task.Delay(2_000);
        var clients = await fleet.RedisConnection.GetServers()[0].ClientListAsync();
        return new(fleet.Instances.Max(instance => instance.WorkingSet), fleet.Instances.Max(instance => instance.OpenFiles),
            fleet.Instances.Max(instance => instance.Threads), clients.Length);
    }

    /// <summary>All keys that would never go by themselves; the key ring alone may.</summary>
    public static async Task<List<string>> KeysWithoutEndAsync(Fleet fleet)
    {
        var endless = new List<string>();
        await foreach (var key in fleet.RedisConnection.GetServers()[0].KeysAsync(pattern: fleet.KeyPrefix + "*"))
            if (await fleet.Redis.KeyTimeToLiveAsync(key) is null && await fleet.Redis.KeyExistsAsync(key)) endless.Add(key.ToString());
        endless.Remove(fleet.KeyPrefix + "keys");
        return endless;
    }

    public void IsNoMoreThan(Footprint before)
    {
        // The garbage collector takes what it is given; what leaks is several times that, sooner or later.
        Assert.True(Memory < (before.Memory * 3 / 2) + 50_000_000, $"memory: {before} -> {this}");
        Assert.True(OpenFiles <= before.OpenFiles + 30, $"open files: {before} -> {this}");
        Assert.True(Threads <= before.Threads + 20, $"threads: {before} -> {this}");
        Assert.True(RedisConnections <= before.RedisConnections + 2, $"connections to Redis: {before} -> {this}");
    }

    public override string ToString() =>
        $"{Memory / 1024 / 1024} MiB, {OpenFiles} open files, {Threads} threads, {RedisConnections} connections to Redis";
}
