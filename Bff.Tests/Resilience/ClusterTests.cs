using System.Diagnostics;
using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>Redis Cluster: three masters with a replica each, real processes all of them.</summary>
[Collection(Alone.Name)]
public sealed class ClusterTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    [Fact, Row("OPS-02")]
    public async Task A_killed_primary_is_503_for_as_long_as_the_failover_takes()
    {
        await using var redis = await RedisCluster.StartNewAsync();
        await using var fleet =
            await Fleet.StartAsync(redis.Configuration, settings: [("Session:MinimumRefreshInterval", "00:00:00"),
            ("RateLimit:LoginsPerMinute", "100000")]);
        var users = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => fleet.SignInAsync(at: i % 3)));
        var sessions = await redis.KeysAsync(fleet.KeyPrefix + "session:");
        output.WriteLine($"Sessions by master: {string.Join(", ", sessions.Values.Select(keys => keys.Length))}.");
        Assert.True(sessions.Values.Count(keys => keys is not []) > 1, "All sessions lie on one master.");
        var master = sessions.MaxBy(pair => pair.Value.Length).Key;
        await using var load = Load.Start(fleet, users);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        var replicated = Stopwatch.GetTimestamp();
        await master.ReplicateAsync(redis.Nodes);
        var killed = Stopwatch.GetTimestamp();
        var took = await redis.FailOverAsync(master);
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await load.EndAsync();

        output.WriteLine($"The cluster's own failover took {took.TotalSeconds:F2} s. {load.Figures(killed)}");
        load.AssertUnavailableOnly(killed, took + Grace);
        foreach (var user in users) Assert.Equal(HttpStatusCode.OK, (await user.MeAsync()).StatusCode);
        output.WriteLine($"Sessions acknowledged in the moment of the kill, and lost because they were not replicated yet: "
            + $"{await load.LostAsync(replicated, killed)}");
    }

    [Fact, Row("OPS-02")]
    public async Task A_master_that_hangs_is_left_as_soon_as_the_cluster_has_another()
    {
        await using var redis = await RedisCluster.StartNewAsync();
        await using var fleet = await Fleet.StartAsync(redis.Configuration, instances: 2);
        var users = await Task.WhenAll(Enumerable.Range(0, 9).Select(i => fleet.SignInAsync(at: i % 2)));
        var master = (await redis.KeysAsync(fleet.KeyPrefix + "session:")).MaxBy(pair => pair.Value.Length).Key;
        await master.ReplicateAsync(redis.Nodes);
        await using var load = Load.Start(fleet, users);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        var frozen = Stopwatch.GetTimestamp();
        await master.FreezeAsync();
        var took = await redis.TakenOverAsync(master);
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await load.EndAsync();

        output.WriteLine($"The cluster's own failover took {took.TotalSeconds:F2} s. {load.Figures(frozen)}");
        load.AssertUnavailableOnly(frozen, took + Grace);
        await master.ThawAsync();
        foreach (var user in users) Assert.Equal(HttpStatusCode.OK, (await user.MeAsync()).StatusCode);
    }

    [Fact, Row("OPS-02")]
    public async Task Everything_works_on_a_cluster_that_starts_after_the_process()
    {
        await using var redis = await RedisCluster.StartNewAsync();
        foreach (var node in redis.Nodes) await node.FreezeAsync();
        await using var fleet = await Fleet.StartAsync(redis.Configuration, instances: 2, ready: false, settings: Tour.Settings);
        using var browser = fleet.Browser();
        Assert.Equal(HttpStatusCode.ServiceUnavailable,
            (await browser.Window.NavigateAsync(new Uri(fleet[0].Url, "/login"), typed: true)).Status);

        foreach (var node in redis.Nodes) await node.ThawAsync();
        await redis.SettleAsync();
        foreach (var instance in fleet.Instances) await instance.ReadyAsync();

        await Tour.TakeAsync(fleet);
    }
}
