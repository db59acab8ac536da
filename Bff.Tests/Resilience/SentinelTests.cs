using System.Diagnostics;
using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>Redis watched by Sentinel: a master with two replicas and three Sentinels, real processes all of them.</summary>
[Collection(Alone.Name)]
public sealed class SentinelTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    [Fact, Row("OPS-02")]
    public async Task A_primary_killed_under_load_is_503_for_as_long_as_the_failover_takes()
    {
        await using var redis = await RedisSentinel.StartNewAsync();
        await using var fleet =
            await Fleet.StartAsync(redis.Configuration, settings: [("Session:MinimumRefreshInterval", "00:00:00"),
            ("RateLimit:LoginsPerMinute", "100000")]);
        var users = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => fleet.SignInAsync(at: i % 3)));
        await using var load = Load.Start(fleet, users);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        var replicated = Stopwatch.GetTimestamp();
        await (await redis.MasterAsync()).ReplicateAsync(redis.Servers);
        var killed = Stopwatch.GetTimestamp();
        var took = await redis.FailOverAsync();
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await load.EndAsync();

        output.WriteLine($"The Sentinels' own failover took {took.TotalSeconds:F2} s. {load.Figures(killed)}");
        load.AssertUnavailableOnly(killed, took + Grace);
        foreach (var user in users) Assert.Equal(HttpStatusCode.OK, (await user.MeAsync()).StatusCode);
        output.WriteLine($"Sessions acknowledged in the moment of the kill, and lost because they were not replicated yet: "
            + $"{await load.LostAsync(replicated, killed)}");
    }

    [Fact, Row("OPS-02")]
    public async Task Everything_works_on_a_master_that_Sentinel_names()
    {
        await using var redis = await RedisSentinel.StartNewAsync();
        await using var fleet = await Fleet.StartAsync(redis.Configuration, instances: 2, settings: Tour.Settings);

        await Tour.TakeAsync(fleet);
    }

    [Fact, Row("OPS-02")]
    public async Task A_process_that_starts_before_Sentinel_serves_503_and_finds_the_primary()
    {
        await using var redis = await RedisSentinel.StartNewAsync();
        foreach (var sentinel in redis.Sentinels) await sentinel.KillAsync();
        await using var fleet = await Fleet.StartAsync(redis.Configuration, instances: 1, ready: false);
        using var browser = fleet.Browser();
        Assert.Equal(HttpStatusCode.ServiceUnavailable,
            (await browser.Window.NavigateAsync(new Uri(fleet[0].Url, "/login"), typed: true)).Status);

        foreach (var sentinel in redis.Sentinels) await sentinel.StartAsync();
        await fleet[0].ReadyAsync();

        using var signedIn = await fleet.SignInAsync();
        Assert.Equal(HttpStatusCode.OK, (await signedIn.MeAsync()).StatusCode);
    }
}
