using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>Two instances, one lease: who has it keeps it while it lives, and who lost it does no harm.</summary>
[Row("RFR-02", "RFR-09")]
public sealed class TakenOverTests(SharedRedis redis)
{
    [Fact]
    public async Task A_provider_that_takes_its_time_is_asked_once()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "12:00:00")], Strict);
        var other = await system.AddInstanceAsync();
        using var browser = await system.ExpiredAsync();
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Latency = TimeSpan.FromSeconds(4) });

        var answers = await Task.WhenAll(((Uri[])[system.Url, other, system.Url, other]).Select(at => browser.CallAsync(system, HttpMethod.Get, "/api/hello", at)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
        Assert.DoesNotContain("taken over", system.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_holder_writes_that_was_only_slow_saves_the_session_of_who_took_over()
    {
        var configuration = await redis.GetConfigurationAsync();
        await using var gate = RedisGate.To(configuration);
        var steps = new ProviderSteps();
        await using var system = await BffSystem.StartAsync(configuration, [("Session:IdleTimeout", "12:00:00")], Strict, bff: steps.Configure);
        system.Settings["Redis:Configuration"] = gate.Configuration;
        var gated = await system.AddInstanceAsync();
        using var browser = await system.ExpiredAsync();
        var answered = steps.StopAfter();

        var slow = browser.CallAsync(system, HttpMethod.Get, "/api/hello", gated);
        await answered.Reached;
        var stop = gate.StopAt("WATCH", system.KeyPrefix);
        answered.Go();
        await stop.Reached;
        var quick = browser.CallAsync(system, HttpMethod.Get, "/api/hello");
        // What it took over has been spent: it is refused.
        await Poll.UntilAsync(() => Task.FromResult(system.Logs.All.Contains("refused the refresh_token request", StringComparison.Ordinal)));
        // For about as long as the slow one's call may take, in real time as it runs.
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        stop.Go();

        // Either may have lost its patience, and comes again.
        foreach (var answer in await Task.WhenAll(quick, slow)) Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable]);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        Assert.Equal(2, system.Pool.Requests.Grants("refresh_token"));
        Assert.DoesNotContain(" ended (", system.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whose_lease_was_taken_while_it_stood_still_ends_nothing_and_waits_for_the_other()
    {
        var steps = new ProviderSteps();
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "12:00:00")], bff: steps.Configure);
        using var browser = await system.ExpiredAsync();
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 400, Body = """{"error":"invalid_grant"}""", Times = 1 });
        var stop = steps.StopAfter();

        var waiting = browser.CallAsync(system, HttpMethod.Get, "/api/hello");
        await stop.Reached;
        // What a taker writes there; this one then dies.
        var lease = Assert.Single(system.Keys(), key => key.Contains(":lease:", StringComparison.Ordinal));
        await system.Redis.StringSetAsync(lease, "of another", TimeSpan.FromMinutes(1));
        stop.Go();

        Assert.Equal(HttpStatusCode.OK, (await waiting).StatusCode);
        Assert.Equal(2, system.Pool.Requests.Grants("refresh_token"));
        Assert.DoesNotContain(" ended (", system.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_whose_end_Redis_did_not_carry_out_is_asked_for_again()
    {
        var configuration = await redis.GetConfigurationAsync();
        await using var gate = RedisGate.To(configuration);
        await using var system = await BffSystem.StartAsync(configuration, [("Session:IdleTimeout", "12:00:00")]);
        system.Settings["Redis:Configuration"] = gate.Configuration;
        var gated = await system.AddInstanceAsync();
        using var browser = await system.ExpiredAsync();
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 400, Body = """{"error":"invalid_grant"}""", Times = 2 });
        var session = Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        var ending = gate.StopAt("UNLINK", session);

        var waiting = browser.CallAsync(system, HttpMethod.Post, "/refresh", gated);
        await gate.DropTwiceAsync(ending, system, session);

        Assert.Equal(HttpStatusCode.OK, (await waiting).StatusCode);
        Assert.Equal(3, system.Pool.Requests.Grants("refresh_token"));
        Assert.DoesNotContain(" ended (", system.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lease_that_Redis_forgot_costs_nobody_the_session()
    {
        var configuration = await redis.GetConfigurationAsync();
        await using var gate = RedisGate.To(configuration);
        var steps = new ProviderSteps();
        await using var system = await BffSystem.StartAsync(configuration, [("Session:IdleTimeout", "12:00:00")], Strict, bff: steps.Configure);
        system.Settings["Redis:Configuration"] = gate.Configuration;
        var other = await system.AddInstanceAsync();
        using var browser = await system.ExpiredAsync();
        var answered = steps.StopAfter();

        var holder = browser.CallAsync(system, HttpMethod.Get, "/api/hello");
        await answered.Reached;
        var looking = gate.StopAt("GET", $"{system.KeyPrefix}lease:");
        var waiter = browser.CallAsync(system, HttpMethod.Get, "/api/hello", other);
        // It has found the lease taken, and is about to look at it.
        await looking.Reached;
        // As a new master that never had it; the holder, which has the only answer, is a little slow to write it.
        await system.Redis.KeyDeleteAsync(Assert.Single(system.Keys(), key => key.Contains(":lease:", StringComparison.Ordinal)));
        looking.Go();
        await Task.Delay(500, TestContext.Current.CancellationToken);
        answered.Go();

        Assert.Equal(HttpStatusCode.OK, (await holder).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await waiter).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        Assert.DoesNotContain(" ended (", system.Logs.All, StringComparison.Ordinal);
    }

    private static void Strict(Bff.Local.UserPool.UserPoolOptions options) => ExpiredSessions.Rotation(grace: 0)(options);
}
