using System.Net;
using System.Text.Json.Nodes;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>Answers to a refresh that are about this user alone.</summary>
[Row("RFR-04", "RFR-05")]
public sealed class RefusedUserTests(SharedRedis redis)
{
    [Theory]
    [InlineData("interaction_required"), InlineData("login_required"), InlineData("consent_required")]
    public async Task A_demand_for_the_user_ends_the_session_once_nothing_serves_it_any_more(string error)
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "12:00:00")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 400, Body = $$"""{"error":"{{error}}"}""" });

        system.Time.Advance(TimeSpan.FromMinutes(59.5));
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        system.Time.Advance(TimeSpan.FromMinutes(1));

        await (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");
        Assert.Null(browser.Cookie(The.SessionCookie));
    }

    [Fact]
    public async Task An_end_that_Redis_drops_twice_is_tried_again_without_another_request()
    {
        var configuration = await redis.GetConfigurationAsync();
        await using var gate = RedisGate.To(configuration);
        await using var system = await BffSystem.StartAsync(configuration, [("Session:IdleTimeout", "12:00:00")]);
        system.Settings["Redis:Configuration"] = gate.Configuration;
        var gated = await system.AddInstanceAsync();
        using var browser = await system.ExpiredAsync();
        system.Pool.Faults.Plan = new FaultPlan { IdToken = new() { ["sub"] = JsonValue.Create("another") } };
        var session = Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        var ending = gate.StopAt("UNLINK", session);

        var waiting = browser.CallAsync(system, HttpMethod.Post, "/refresh", gated);
        var third = await gate.DropTwiceAsync(ending, system, session);
        await third.Reached;
        third.Go();

        await (await waiting).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");
        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
    }
}
