using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>Who holds the lease and waits for a place at the provider, while the way to Redis stands still.</summary>
[Row("RFR-02", "RFR-09")]
public sealed class WaitingHolderTests(SharedRedis redis)
{
    [Fact]
    public async Task Whose_lease_was_taken_meanwhile_sends_no_token_that_may_be_spent()
    {
        var configuration = await redis.GetConfigurationAsync();
        await using var gate = RedisGate.To(configuration);
        var steps = new ProviderSteps();
        await using var system = await BffSystem.StartAsync(configuration, [("Session:IdleTimeout", "12:00:00"), ("Oidc:MaxConcurrentRefreshes", "1")], ExpiredSessions.Rotation(grace: 0), bff: steps.Configure);
        using var neighbour = system.Browser();
        await neighbour.SignInAsync(system, The.Bob);
        system.Settings["Redis:Configuration"] = gate.Configuration;
        var gated = await system.AddInstanceAsync();
        using var browser = await system.ExpiredAsync();

        var answered = steps.StopAfter();
        var first = neighbour.CallAsync(system, HttpMethod.Get, "/api/hello", gated);
        await answered.Reached;
        var taken = gate.StopAt("SET", $"{system.KeyPrefix}lease:");
        var waiting = browser.CallAsync(system, HttpMethod.Get, "/api/hello", gated);
        await taken.Reached;
        // The next word of life, which never comes.
        var beat = gate.StopAt("WATCH", $"{system.KeyPrefix}lease:");
        taken.Go();
        await beat.Reached;
        var quick = await browser.CallAsync(system, HttpMethod.Get, "/api/hello");
        answered.Go();
        beat.Go();

        Assert.Equal(HttpStatusCode.OK, quick.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await waiting).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(2, system.Pool.Requests.Grants("refresh_token"));
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }
}
