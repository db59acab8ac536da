using System.Diagnostics;

namespace Bff.Tests.Hosting;

/// <summary>A master with two replicas and three Sentinels that watch it: six processes of one test's own.</summary>
internal sealed class RedisSentinel : IAsyncDisposable
{
    private const string Name = "bff";

    private readonly List<RedisNode> servers = [];
    private readonly List<RedisNode> sentinels = [];

    private RedisSentinel()
    {
    }

    public IReadOnlyList<RedisNode> Servers => servers;

    public IReadOnlyList<RedisNode> Sentinels => sentinels;

    /// <summary>The connection string for StackExchange.Redis: the Sentinels, and the name of what they watch.</summary>
    public string Configuration => string.Join(',', sentinels.Select(sentinel => sentinel.Address)) + ",serviceName=" + Name;

    public static async Task<RedisSentinel> StartNewAsync()
    {
        var redis = new RedisSentinel();
        try
        {
            await redis.StartAsync();
            return redis;
        }
        catch
        {
            await redis.DisposeAsync();
            throw;
        }
    }

    /// <summary>The master as the Sentinels know it.</summary>
    public async Task<RedisNode> MasterAsync()
    {
        var address = (await sentinels.First(sentinel => sentinel.IsRunning)
            .AskAsync("SENTINEL", "GET-MASTER-ADDR-BY-NAME", Name))!.Split('\n');
        return servers.Single(server => $"{server.Port}" == address[^1]);
    }

    /// <summary>Kills the master and returns how long the Sentinels themselves took until all of them name another, which is one.</summary>
    public async Task<TimeSpan> FailOverAsync()
    {
        var master = await MasterAsync();
        await master.KillAsync();
        var killed = Stopwatch.GetTimestamp();
        foreach (var sentinel in sentinels)
        {
            await sentinel.UntilAsync(async () =>
                await sentinel.AskAsync("SENTINEL", "GET-MASTER-ADDR-BY-NAME", Name) is { } address
                && !address.EndsWith($"\n{master.Port}", StringComparison.Ordinal), "no other master");
        }
        var next = await MasterAsync();
        await next.UntilAsync(async () =>
            (await next.AskAsync("ROLE"))?.StartsWith("master", StringComparison.Ordinal) == true, "it is no master");
        return Stopwatch.GetElapsedTime(killed);
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(sentinels.Concat(servers).Select(node => node.DisposeAsync().AsTask()));

    private async Task StartAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            servers.Add(new RedisNode(["--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0",
                .. servers is [var master, ..] ? (string[])["--replicaof", "127.0.0.1", $"{master.Port}"] : []]));
        }
        await Task.WhenAll(servers.Select(server => server.StartAsync()));
        foreach (var replica in servers.Skip(1))
        {
            await replica.UntilAsync(async () =>
                (await replica.AskAsync("INFO", "replication"))?.Contains("master_link_status:up", StringComparison.Ordinal) == true,
            "the replica has no master");
        }
        for (var i = 0; i < 3; i++)
        {
            sentinels.Add(new RedisNode(["--sentinel"], $"""
                sentinel monitor {Name} 127.0.0.1 {servers[0].Port} 2
                sentinel down-after-milliseconds {Name} 1000
                sentinel failover-timeout {Name} 6000
                sentinel parallel-syncs {Name} 2

                """));
        }
        await Task.WhenAll(sentinels.Select(sentinel => sentinel.StartAsync()));
        foreach (var sentinel in sentinels)
        {
            await sentinel.UntilAsync(
                async () => (await sentinel.AskAsync("SENTINEL", "SENTINELS", Name))?.Split('\n').Count(line => line == "runid") == 2
                    && (await sentinel.AskAsync("SENTINEL", "REPLICAS", Name))?.Split('\n').Count(line => line == "role-reported") == 2,
                "it does not know the others");
        }
    }
}
