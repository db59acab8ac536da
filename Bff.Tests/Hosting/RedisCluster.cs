using System.Diagnostics;
using System.Globalization;

namespace Bff.Tests.Hosting;

/// <summary>A Redis Cluster of three masters with a replica each: six <c>redis-server</c> processes of one test's own.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16384, Masters = 3;

    private readonly List<RedisNode> nodes = [];

    private RedisCluster()
    {
    }

    public IReadOnlyList<RedisNode> Nodes => nodes;

    /// <summary>The connection string for StackExchange.Redis: two nodes are named, the others are found.</summary>
    public string Configuration => $"{nodes[0].Address},{nodes[1].Address}";

    /// <param name="nodeTimeout">After how long without an answer a master counts as gone.</param>
    public static async Task<RedisCluster> StartNewAsync(TimeSpan? nodeTimeout = null)
    {
        var cluster = new RedisCluster();
        try
        {
            await cluster.StartAsync(nodeTimeout ?? TimeSpan.FromSeconds(2));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The nodes that are masters at present, by what the running ones say of themselves.</summary>
    public async Task<IReadOnlyList<RedisNode>> MastersAsync()
    {
        var masters = new List<RedisNode>();
        foreach (var node in nodes.Where(node => node.IsRunning))
        {
            if ((await node.AskAsync("ROLE"))?.StartsWith("master", StringComparison.Ordinal) == true) masters.Add(node);
        }
        return masters;
    }

    /// <summary>All keys with that beginning, by the master that holds them.</summary>
    public async Task<Dictionary<RedisNode, string[]>> KeysAsync(string prefix)
    {
        var keys = new Dictionary<RedisNode, string[]>();
        foreach (var master in await MastersAsync())
            keys[master] = (await master.AskAsync("KEYS", prefix + "*"))?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return keys;
    }

    /// <summary>Kills a master and returns how long the cluster itself took until all that is left of it serves all slots again.</summary>
    public async Task<TimeSpan> FailOverAsync(RedisNode master)
    {
        await master.KillAsync();
        return await TakenOverAsync(master);
    }

    /// <summary>Waits until all but that master serve all slots, and returns how long they took.</summary>
    public async Task<TimeSpan> TakenOverAsync(RedisNode master)
    {
        var began = Stopwatch.GetTimestamp();
        await UntilAsync(nodes.Where(node => node != master), async node =>
            (await node.AskAsync("CLUSTER", "INFO"))?.Contains("cluster_state:ok", StringComparison.Ordinal) == true
            && (await node.AskAsync("CLUSTER", "SLOTS"))?.Contains($"\n{master.Port}\n", StringComparison.Ordinal) == false);
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Waits until every running node sees all slots served, and every replica has what its master has.</summary>
    public async Task SettleAsync(int replicas = Masters)
    {
        await UntilAsync(async node =>
            (await node.AskAsync("CLUSTER", "INFO"))?.Contains("cluster_state:ok", StringComparison.Ordinal) == true);
        await UntilAsync(async node =>
            (await node.AskAsync("CLUSTER", "NODES"))?.Split('\n')
            .Count(line => line.Contains("slave", StringComparison.Ordinal)
            && !line.Contains("fail", StringComparison.Ordinal)) == replicas);
        await UntilAsync(async node => await node.AskAsync("INFO", "replication") is { } info
            && (info.Contains("role:master", StringComparison.Ordinal)
                || info.Contains("master_link_status:up", StringComparison.Ordinal)));
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));

    private async Task StartAsync(TimeSpan nodeTimeout)
    {
        var busPorts = new List<int>();
        for (var i = 0; i < 2 * Masters; i++)
        {
            busPorts.Add(FreePort.Next());
            nodes.Add(new RedisNode(
            [
                "--save", "", "--appendonly", "no", "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-port",
                $"{busPorts[i]}",
                "--cluster-node-timeout", nodeTimeout.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
                "--repl-diskless-sync-delay", "0",
            ]));
        }
        await Task.WhenAll(nodes.Select(node => node.StartAsync()));
        for (var i = 0; i < Masters; i++)
        {
            await OkAsync(nodes[i], "CLUSTER", "ADDSLOTSRANGE", $"{Slots * i / Masters}", $"{(Slots * (i + 1) / Masters) - 1}");
            await OkAsync(nodes[i], "CLUSTER", "SET-CONFIG-EPOCH", $"{i + 1}");
        }
        for (var i = 1; i < nodes.Count; i++) await OkAsync(nodes[0], "CLUSTER", "MEET", "127.0.0.1", $"{nodes[i].Port}", $"{busPorts[i]}");
        await UntilAsync(async node =>
            (await node.AskAsync("CLUSTER", "INFO"))?.Contains($"cluster_known_nodes:{nodes.Count}", StringComparison.Ordinal) == true
            && (await node.AskAsync("CLUSTER", "NODES"))?.Contains("handshake", StringComparison.Ordinal) == false);
        for (var i = 0; i < Masters; i++)
            await OkAsync(nodes[Masters + i], "CLUSTER", "REPLICATE", (await nodes[i].AskAsync("CLUSTER", "MYID"))!);
        await SettleAsync();
    }

    private static async Task OkAsync(RedisNode node, params string[] command) => Assert.Equal("OK", await node.AskAsync(command));

    private Task UntilAsync(Func<RedisNode, Task<bool>> isSo) => UntilAsync(nodes, isSo);

    private static async Task UntilAsync(IEnumerable<RedisNode> nodes, Func<RedisNode, Task<bool>> isSo)
    {
        foreach (var node in nodes.Where(node => node.IsRunning))
            await node.UntilAsync(() => isSo(node), "the cluster did not come together");
    }
}
