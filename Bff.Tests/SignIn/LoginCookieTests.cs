using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>The cookie that binds a sign-in to its browser: how it is set, and what may not stand for it.</summary>
public sealed class LoginCookieTests(SharedRedis redis)
{
    private const string Form = "^__Host-bff-login=[A-Za-z0-9_-]+; max-age=900; path=/; secure; samesite=lax; httponly$";

    /// <summary>
    /// It stays until it expires, because another tab may still need it: an answer that does not renew it does not touch it.
    /// </summary>
    [Fact, Row("LGN-07", "CB-24")]
    public async Task It_is_always_set_the_same_way_and_neither_success_nor_failure_touches_it()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        for (var i = 0; i < 3; i++)
        {
            var login = await browser.NavigateAsync(new Uri(target.System.Url, "/login"), typed: true);
            Assert.Matches(Form, Assert.Single(login.Response.Headers.GetValues("Set-Cookie")));
        }
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        var cookie = browser.Cookie(The.LoginCookie);

        var done = await browser.FollowAsync();
        Assert.StartsWith(The.SessionCookie + "=", Assert.Single(done.Response.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
        foreach (var path in new[] { callback.PathAndQuery, "/callback?error=access_denied&state="
            + SignInTarget.StateIn(await browser.SignInUpToCallbackAsync(target.System)), "/callback?code=c&state=unknown" })
            SignInTarget.AssertNoCookie((await browser.NavigateAsync(new Uri(target.System.Url, path), typed: true)).Response, path);
        Assert.Equal(cookie! with { Value = "" }, browser.Cookie(The.LoginCookie)! with { Value = "" });
    }

    [Fact, Row("CB-02", "CB-01", "RED-14")]
    public async Task Nothing_but_the_cookie_of_the_browser_that_began_completes_a_sign_in()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        using var attacker = target.System.Browser();
        await browser.SignInAsync(target.System);
        await attacker.SignInAsync(target.System);
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        string genuine = browser.Cookie(The.LoginCookie)!.Value, session = browser.Cookie(The.SessionCookie)!.Value,
        foreign = attacker.Cookie(The.LoginCookie)!.Value;
        string[] cookies =
        [
            "", $"{The.LoginCookie}=", $"{The.LoginCookie}={foreign}",
            // Another purpose of the same key ring, and the login cookie under other names.
            $"{The.LoginCookie}={session}", $"{The.SessionCookie}={genuine}", $"bff-login={genuine}", $"__host-bff-login={genuine}",
            $"__Secure-bff-login={genuine}", $"{The.LoginCookie}2={genuine}",
            // CVE-2020-8184, CVE-2022-2860: a name that decodes to the prefix, and a nameless cookie that looks like it.
            $"__%48ost-bff-login={genuine}", $"%5F_Host-bff-login={genuine}", $"={The.LoginCookie}={genuine}",
            $"{The.LoginCookie}%3D{genuine}", $"{The.LoginCookie}\t{genuine}",
            // Two of one name, which no browser sends by itself: which of them counts would be a guess.
            $"{The.LoginCookie}={genuine}; {The.LoginCookie}={foreign}", $"{The.LoginCookie}={foreign}; {The.LoginCookie}={genuine}",
            $"{The.LoginCookie}={genuine}; {The.LoginCookie}={genuine}",
            // Altered.
            $"{The.LoginCookie}={genuine[..^1]}", $"{The.LoginCookie}={genuine}A", $"{The.LoginCookie}={Flipped(genuine, 20)}",
            $"{The.LoginCookie}={Flipped(genuine, genuine.Length - 3)}", $"{The.LoginCookie}={genuine.ToLowerInvariant()}",
            $"{The.LoginCookie}={genuine[..(genuine.Length / 2)]}{foreign[(genuine.Length / 2)..]}",
            $"{The.LoginCookie}={new string('A', genuine.Length)}", $"{The.LoginCookie}={new string('A', 6000)}",
            $"{The.LoginCookie}=%00", $"{The.LoginCookie}=*", $"{The.LoginCookie}=../../keys", $"{The.LoginCookie}=%s%n",
            $"{The.LoginCookie}={new string('A', 43)}",
        ];

        foreach (var cookie in cookies)
        {
            using var answer = await target.SendAsync(callback.PathAndQuery, [("Cookie", cookie)]);
            target.AssertRefused(answer, cookie, sessions: 2, redeemed: 2);
        }
        // The victim's sign-in was not consumed by that, and a cookie that only looks alike does not displace the genuine one.
        using var done = await target.SendAsync(callback.PathAndQuery,
            [("Cookie", $"a=\"b,c; {The.LoginCookie}={genuine}; __host-bff-login={foreign}; =; x; __HOST-BFF-LOGIN={foreign}")]);
        Assert.Equal(target.System.Spa, done.Headers.Location);
        Assert.Equal(3, target.Redeemed.Length);
        Assert.Equal(HttpStatusCode.OK, (await attacker.MeAsync(target.System)).StatusCode);
        Assert.DoesNotContain("Error Bff.", target.System.Logs.All, StringComparison.Ordinal);
    }

    /// <summary>Login CSRF from the other side: the attacker's own callback address, opened in the victim's browser.</summary>
    [Theory, Row("CB-02")]
    [InlineData(false, false), InlineData(true, false), InlineData(true, true)]
    public async Task The_attackers_callback_signs_no_victim_in_and_stays_the_attackers(bool victimBeganToo, bool victimIsSignedIn)
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var victim = target.System.Browser();
        using var attacker = target.System.Browser();
        if (victimIsSignedIn) await victim.SignInAsync(target.System);
        var own = victimBeganToo ? await victim.SignInUpToCallbackAsync(target.System) : null;
        var lure = await attacker.SignInUpToCallbackAsync(target.System);
        var before = target.Sessions;

        var refused = await victim.NavigateAsync(lure, typed: true);

        target.AssertRefused(refused.Response, "the attacker's callback", before, before);
        if (own is not null) Assert.Equal(target.System.Spa, (await victim.NavigateAsync(own, typed: true)).Location);
        Assert.Equal(target.System.Spa, (await attacker.NavigateAsync(lure, typed: true)).Location);
    }

    [Fact, Row("CB-02")]
    public async Task A_cookie_that_a_revoked_key_ring_protected_binds_nothing()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        await target.System.Redis.KeyDeleteAsync(target.System.KeyPrefix + "keys");
        await target.System.RestartAsync();

        var late = await browser.NavigateAsync(callback, typed: true);

        target.AssertRefused(late.Response, "another key ring");
        await browser.SignInAsync(target.System);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(target.System)).StatusCode);
    }

    private static string Flipped(string text, int at) => text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..];
}
