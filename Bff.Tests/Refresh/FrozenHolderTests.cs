using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;
using Bff.Tests.Resilience;

namespace Bff.Tests.Refresh;

/// <summary>An instance stands still in the middle of a refresh, for longer than its lease is respected, and then goes on.</summary>
[Collection(Alone.Name)]
[Row("RFR-09")]
public sealed class FrozenHolderTests(SharedRedis redis)
{
    [Fact]
    public async Task What_it_brings_too_late_replaces_nothing_and_takes_nothing_with_it()
    {
        await using var fleet =
            await Fleet.StartAsync(await redis.GetConfigurationAsync(), pool: ExpiredSessions.Rotation(grace: 60),
            settings: [("Session:MinimumRefreshInterval", "00:00:00")]);
        var session = Assert.Single(await fleet.ExpiredAsync(1));
        var done = fleet.Pool.Requests.Done("/oauth2/token");
        fleet.Pool.Faults.On("/oauth2/token", new EndpointFault { AnswerLatency = TimeSpan.FromSeconds(2), Times = 1 });

        var late = session.ApiAsync(at: 1);
        await Poll.UntilAsync(() => Task.FromResult(fleet.Pool.Requests.Done("/oauth2/token") > done));
        await fleet[1].FreezeAsync();
        await new[] { session.ApiAsync(at: 0), session.ApiAsync(at: 2) }.AreOkAsync();
        var kept = await VersionAsync(fleet);
        await fleet[1].ThawAsync();

        await new[] { late }.AreOkAsync();
        Assert.Equal(kept, await VersionAsync(fleet));
        Assert.Equal(2, fleet.Pool.Requests.Grants("refresh_token"));
        Assert.Equal(0, fleet.Pool.Requests.Count("/oauth2/revoke"));
        await new[] { session.RefreshAsync(at: 1) }.AreOkAsync();
        Assert.Empty(fleet.Ends());
    }

    [Fact]
    public async Task A_refusal_of_a_token_that_another_instance_has_used_signs_no_one_out()
    {
        await using var fleet =
            await Fleet.StartAsync(await redis.GetConfigurationAsync(), pool: ExpiredSessions.Rotation(grace: 0),
            settings: [("Session:MinimumRefreshInterval", "00:00:00")]);
        var session = Assert.Single(await fleet.ExpiredAsync(1));
        var refused = fleet.Pool.Requests.Done("/oauth2/token") + 2;
        fleet.Pool.Faults.On("/oauth2/token", new EndpointFault { Latency = TimeSpan.FromSeconds(8), Times = 1 });

        var late = session.ApiAsync(at: 1);
        await Poll.UntilAsync(() => Task.FromResult(fleet.Pool.Requests.Grants("refresh_token") == 1));
        await fleet[1].FreezeAsync();
        await new[] { session.ApiAsync(at: 0), session.ApiAsync(at: 2) }.AreOkAsync();
        await Poll.UntilAsync(() => Task.FromResult(fleet.Pool.Requests.Done("/oauth2/token") == refused));
        await fleet[1].ThawAsync();

        await new[] { late }.AreOkAsync();
        Assert.Equal(2, fleet.Pool.Requests.Grants("refresh_token"));
        await new[] { session.RefreshAsync(at: 1) }.AreOkAsync();
        Assert.Empty(fleet.Ends());
    }

    private static async Task<string> VersionAsync(Fleet fleet)
    {
        var record = Assert.Single(fleet.RedisConnection.GetServers()
            .SelectMany(server => server.Keys(pattern: fleet.KeyPrefix + "session:*")));
        return (await fleet.Redis.HashGetAsync(record, "version")).ToString();
    }
}
