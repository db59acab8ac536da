using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>The tokens of a session are renewed as long as it has what renews them.</summary>
public sealed class RefreshTests(SharedRedis redis)
{
    [Fact]
    [Row("RFR-01")]
    public async Task A_refresh_renews_the_tokens_and_answers_as_me()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(30));

        using var answer = await browser.RefreshAsync(system);

        var me = await answer.JsonAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(system.Time.GetUtcNow().AddHours(1), (DateTimeOffset)me["accessToken"]!["expiresAt"]!, TimeSpan.FromSeconds(2));
        Assert.Equal(me.ToJsonString(), (await (await browser.MeAsync(system)).JsonAsync()).ToJsonString());
        var request = system.Pool.Requests.TokenRequests[^1];
        Assert.Equal("refresh_token", request.GrantType);
        Assert.False(request.Form.ContainsKey("scope"));
    }

    [Fact]
    [Row("RFR-03")]
    public async Task An_answer_without_a_refresh_token_keeps_the_old_one()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        for (var i = 0; i < 3; i++)
        {
            system.Time.Advance(TimeSpan.FromMinutes(10));
            Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        }

        var refreshes = system.Pool.Requests.TokenRequests.Where(request => request.GrantType == "refresh_token").ToList();
        Assert.Equal(3, refreshes.Count);
        Assert.Single(refreshes.Select(request => request.Form["refresh_token"]).Distinct());
    }

    [Fact]
    [Row("RFR-03")]
    public async Task With_rotation_each_refresh_uses_the_token_of_the_one_before()
    {
        await using var system =
            await BffSystem.StartAsync(redis, pool: options => options.Clients[0].RefreshTokenRotation.Feature = "ENABLED");
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        for (var i = 0; i < 3; i++)
        {
            system.Time.Advance(TimeSpan.FromMinutes(10));
            Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        }

        Assert.Equal(3, system.Pool.Requests.TokenRequests.Where(request => request.GrantType == "refresh_token")
            .Select(request => request.Form["refresh_token"]).Distinct().Count());
    }

    [Fact]
    [Row("RFR-11")]
    public async Task A_second_refresh_within_seconds_answers_with_the_session_as_it_is()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        system.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        Assert.Equal(0, system.Pool.Requests.Grants("refresh_token"));
        system.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);

        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
    }

    [Fact, Row("RFR-11")]
    public async Task Refreshing_fresh_tokens_all_the_time_costs_one_call_per_interval()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        for (var interval = 0; interval < 3; interval++)
        {
            system.Time.Advance(TimeSpan.FromSeconds(6));
            for (var i = 0; i < 30; i++) Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        }

        Assert.Equal(3, system.Pool.Requests.Grants("refresh_token"));
    }

    [Fact]
    [Row("RFR-08")]
    public async Task A_session_without_a_refresh_token_works_until_its_access_token_expires()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "04:00:00")]);
        using var browser = system.Browser();
        await browser.SignInUpToCallbackAsync(system);
        system.Pool.Faults.Plan = new FaultPlan { TokenAnswer = new() { ["refresh_token"] = null } };
        await browser.FollowAsync();
        var cookie = browser.Cookie(The.SessionCookie)!;
        system.Time.Advance(TimeSpan.FromMinutes(59.5));

        Assert.False((bool)(await (await browser.MeAsync(system)).JsonAsync())["accessToken"]!["renewable"]!);
        await (await browser.RefreshAsync(system)).ProblemAsync(HttpStatusCode.Conflict, "no_refresh_token");
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        Assert.Equal(0, system.Pool.Requests.Grants("refresh_token"));
        system.Time.Advance(TimeSpan.FromMinutes(1));
        await (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        Assert.Contains(system.Logs.Events, line =>
            line.Message.Contains("ended (token_expired)", StringComparison.Ordinal)
            && line.Level == Microsoft.Extensions.Logging.LogLevel.Information);
        browser.Cookies.Put(cookie);
        await (await browser.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
    }
}
