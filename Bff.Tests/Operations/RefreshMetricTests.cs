using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Operations;

/// <summary>What metrics say of refreshes, and of a provider that is left alone.</summary>
public sealed class RefreshMetricTests(SharedRedis redis)
{
    private const string TokenEndpoint = "/oauth2/token";

    [Fact]
    public async Task A_refresh_is_measured_with_its_outcome()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = await OldSessionAsync(system);
        using var measured = new Measured(system);

        await browser.RefreshAsync(system);

        Assert.Equal("""
            bff.provider.request.duration endpoint=token outcome=ok 1
            bff.refresh.duration outcome=renewed 1
            """, measured.All);
    }

    [Fact]
    public async Task A_refused_refresh_ends_the_session()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = await OldSessionAsync(system);
        using var measured = new Measured(system);
        system.Pool.Faults.On(TokenEndpoint, new EndpointFault { Status = 400, Body = """{"error":"invalid_grant"}""" });

        await browser.RefreshAsync(system);

        Assert.Equal("""
            bff.problems code=session_ended 1
            bff.provider.request.duration endpoint=token outcome=refused 1
            bff.refresh.duration outcome=refused 1
            bff.sessions.ended reason=not_renewed 1
            """, measured.All);
    }

    [Fact]
    public async Task A_request_that_waits_for_the_refresh_of_another_is_counted()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = await OldSessionAsync(system);
        using var measured = new Measured(system);
        system.Pool.Faults.On(TokenEndpoint, new EndpointFault { Latency = TimeSpan.FromSeconds(1) });

        await Task.WhenAll(browser.RefreshAsync(system), browser.RefreshAsync(system), browser.RefreshAsync(system));

        Assert.Equal(2, measured["bff.refresh.waits on=request"]);
        Assert.Equal(1, measured["bff.refresh.duration outcome=renewed"]);
    }

    [Fact]
    public async Task A_refresh_that_waits_for_another_instance_is_counted()
    {
        await using var system = await BffSystem.StartAsync(redis);
        var other = await system.AddInstanceAsync();
        using var browser = await OldSessionAsync(system);
        using var measured = new Measured(system);
        system.Pool.Faults.On(TokenEndpoint, new EndpointFault { Latency = TimeSpan.FromSeconds(2) });

        var elsewhere = browser.RefreshAsync(system, other);
        await Poll.UntilAsync(() => Task.FromResult(system.Keys().Exists(key => key.Contains("lease:", StringComparison.Ordinal))));
        await browser.RefreshAsync(system);
        await elsewhere;

        Assert.Equal(1, measured["bff.refresh.waits on=instance"]);
        Assert.Equal(0, measured["bff.provider.request.duration endpoint=token outcome=ok"]);
        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
    }

    [Fact]
    public async Task The_pause_after_failures_is_seen_while_it_lasts()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = await OldSessionAsync(system);
        using var measured = new Measured(system);
        system.Pool.Faults.On(TokenEndpoint, new EndpointFault { Status = 503 });

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(0, measured["bff.provider.paused"]);
            using var answer = await browser.RefreshAsync(system);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }

        Assert.Equal(1, measured["bff.provider.paused"]);
        Assert.Equal(3, measured["bff.refresh.duration outcome=unavailable"]);
        Assert.Equal(3, measured["bff.provider.request.duration endpoint=token outcome=unavailable"]);
        Assert.Equal(3, measured["bff.problems code=provider_unavailable"]);
        system.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, measured["bff.provider.paused"]);
    }

    /// <summary>A session whose tokens may be renewed.</summary>
    private static async Task<Browser> OldSessionAsync(BffSystem system)
    {
        var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(5));
        return browser;
    }
}
