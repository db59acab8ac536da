using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>When sessions end, to the second, and that nothing brings them back.</summary>
[Row("SES-09", "SES-11")]
public sealed class SessionLimitTests(SharedRedis redis)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_session_lives_to_the_last_second_of_its_idle_timeout_and_no_longer()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        system.Time.Advance(TimeSpan.FromHours(1) - Second);
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/me?slide=false")).StatusCode);
        system.Time.Advance(Second + Second);

        await AssertOverAsync(system, browser.Cookie(The.SessionCookie)!.Value);
    }

    [Fact]
    public async Task However_much_it_is_used_and_refreshed_a_session_ends_with_its_lifetime()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var ends = system.Time.GetUtcNow() + TimeSpan.FromHours(12);
        var key = Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));

        for (var left = ends - system.Time.GetUtcNow(); left > TimeSpan.FromMinutes(50); left = ends - system.Time.GetUtcNow())
        {
            system.Time.Advance(TimeSpan.FromMinutes(45));
            Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
            var me = await (await browser.MeAsync(system)).JsonAsync();
            Assert.Equal(ends, (DateTimeOffset)me["session"]!["expiresAt"]!, Second);
            // Redis itself forgets it in time, whatever this program does by then.
            Assert.InRange((await system.Redis.KeyTimeToLiveAsync(key))!.Value, Second, ends - system.Time.GetUtcNow() + Second + Second);
        }
        system.Time.Advance(ends - system.Time.GetUtcNow() - Second);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        system.Time.Advance(Second + Second);

        await AssertOverAsync(system, browser.Cookie(The.SessionCookie)!.Value);
    }

    [Fact, Row("SES-17")]
    public async Task Signing_out_of_one_browser_leaves_the_other_signed_in()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var home = system.Browser();
        using var work = system.Browser();
        await home.SignInAsync(system);
        await work.SignInAsync(system);
        var cookie = home.Cookie(The.SessionCookie)!.Value;

        await home.LogoutAsync(system);

        await AssertOverAsync(system, cookie);
        system.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.OK, (await work.RefreshAsync(system)).StatusCode);
        Assert.Single(system.Pool.Requests.Last, request => request.Path == "/oauth2/revoke");
    }

    [Fact]
    public async Task A_captured_cookie_is_nothing_after_the_next_sign_in_of_its_browser()
    {
        await using var system = await BffSystem.StartAsync(redis);
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var captured = browser.Cookie(The.SessionCookie)!.Value;

        await browser.SignInAsync(system);

        await AssertOverAsync(system, captured);
        Raw.AssertAnonymous(await Raw.CallAsync(system, Raw.Session(captured), at: other), "the other instance");
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    /// <summary>401 everywhere, and neither the provider nor the API gets a request.</summary>
    private static async Task AssertOverAsync(BffSystem system, string cookie)
    {
        var (refreshes, revocations) = (system.Pool.Requests.Grants("refresh_token"), system.Pool.Requests.Count("/oauth2/revoke"));
        foreach (var line in (string[])["GET /me HTTP/1.1", "POST /refresh HTTP/1.1", "GET /api/hello HTTP/1.1",
            "GET /me?slide=false HTTP/1.1"])
        {
            Raw.AssertAnonymous(await Raw.CallAsync(system, Raw.Session(cookie), line), line);
        }
        Assert.Equal(200, RawHttp.Status(await Raw.CallAsync(system, Raw.Session(cookie), "POST /logout HTTP/1.1")));
        Assert.Equal((refreshes, revocations), (system.Pool.Requests.Grants("refresh_token"),
            system.Pool.Requests.Count("/oauth2/revoke")));
    }
}
