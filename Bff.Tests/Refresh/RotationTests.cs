using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>
/// Whatever the user pool does with refresh tokens, a session lives as long as they do, and is refreshed only when it is used.
/// </summary>
public sealed class RotationTests(SharedRedis redis)
{
    [Theory, Row("RFR-03")]
    [InlineData("DISABLED", 0), InlineData("ENABLED", 0), InlineData("ENABLED", 10), InlineData("ENABLED", 60)]
    public async Task With_each_kind_of_rotation_a_session_is_refreshed_again_and_again(string rotation, int grace)
    {
        await using var system = await BffSystem.StartAsync(
            redis, [("Session:IdleTimeout", "12:00:00")], pool: options =>
                (options.Clients[0].RefreshTokenRotation.Feature, options.Clients[0].RefreshTokenRotation.RetryGracePeriodSeconds) =
                (rotation, grace));
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        for (var i = 0; i < 5; i++)
        {
            system.Time.Advance(TimeSpan.FromMinutes(61));
            Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
            system.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        }

        var sent = system.Pool.Requests.TokenRequests.Where(request => request.GrantType == "refresh_token")
            .Select(request => request.Form["refresh_token"]).ToList();
        Assert.Equal(10, sent.Count);
        Assert.Equal(rotation == "ENABLED" ? 10 : 1, sent.Distinct().Count());
    }

    [Theory, Row("RFR-04")]
    [InlineData("DISABLED"), InlineData("ENABLED")]
    public async Task A_refresh_token_at_its_own_end_ends_the_session_with_a_reason(string rotation)
    {
        await using var system =
            await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "12:00:00")], pool: options =>
            options.Clients[0].RefreshTokenRotation.Feature = rotation);
        system.Pool.Faults.Plan = new FaultPlan { RefreshTokenLifetime = TimeSpan.FromHours(2) };
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        system.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        system.Time.Advance(TimeSpan.FromMinutes(61));
        await (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");

        Assert.Null(browser.Cookie(The.SessionCookie));
        Assert.Contains(system.Logs.Events, line => line.Message.Contains("ended (not_renewed)", StringComparison.Ordinal));
        Assert.Contains(system.Logs.Events, line => line.Message.Contains("invalid_grant", StringComparison.Ordinal));
        Assert.DoesNotContain(system.Keys(), key => key.Contains("session:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_that_nobody_uses_is_never_refreshed()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "12:00:00")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        for (var i = 0; i < 100; i++)
        {
            system.Time.Advance(TimeSpan.FromMinutes(5));
            // Looking at the session is not using its token.
            if (i % 20 == 0)
                Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/me?slide=false")).StatusCode);
        }

        Assert.Equal(0, system.Pool.Requests.Grants("refresh_token"));
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
    }

    [Fact, Row("RFR-11")]
    public async Task An_access_token_that_has_expired_is_renewed_on_demand_however_recently_it_came()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:MinimumRefreshInterval", "01:00:00")]);
        system.Pool.Faults.Plan = new FaultPlan { AccessTokenLifetime = TimeSpan.FromMinutes(5) };
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        system.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        Assert.Equal(0, system.Pool.Requests.Grants("refresh_token"));
        system.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);

        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
    }
}
