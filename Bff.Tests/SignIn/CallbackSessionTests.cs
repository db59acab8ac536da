using System.Net;
using System.Text.Json.Nodes;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>A completed sign-in is a new session, and the end of whatever the browser had before.</summary>
public sealed class CallbackSessionTests(SharedRedis redis)
{
    [Theory, Row("CB-23", "SES-04")]
    [InlineData("Strict"), InlineData("Lax")]
    public async Task Another_persons_sign_in_ends_the_session_and_takes_nothing_of_it_over(string sameSite)
    {
        await using var target = await SignInTarget.StartAsync(redis, ("Session:SameSite", sameSite));
        using var browser = target.System.Browser();
        target.Provider.SpoilToken = token => token.With("sub", "alice").With("email", The.Alice).With("alices", "secret");
        await browser.SignInAsync(target.System);
        var alice = browser.Cookie(The.SessionCookie)!;
        target.Provider.SpoilToken = token => token.With("sub", "bob").Without("email").With("bobs", "own");

        await browser.SignInAsync(target.System);

        Assert.NotEqual(alice.Value, browser.Cookie(The.SessionCookie)!.Value);
        var me = await (await browser.MeAsync(target.System)).JsonAsync();
        Assert.Equal(("bob", "own", null, null), ((string?)me["sub"], (string?)me["claims"]!["bobs"], me["claims"]!["email"],
            me["claims"]!["alices"]));
        Assert.Equal(1, target.Sessions);
        Assert.Equal("refresh-2", Assert.Single(target.Provider.Requests, request => request.Path == TestProvider.Revoke).Form["token"]);
        browser.Cookies.Put(alice);
        await (await browser.MeAsync(target.System)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
        await (await browser.RefreshAsync(target.System)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
    }

    /// <summary>
    /// Whatever comes along in the session's cookie is not adopted: neither a secret that was planted, nor the sign-in's own.
    /// </summary>
    [Fact, Row("SES-04", "CB-23")]
    public async Task A_planted_session_cookie_is_replaced_and_worth_nothing_afterwards()
    {
        await using var target = await SignInTarget.StartAsync(redis, ("Session:SameSite", "Lax"));
        using var attacker = target.System.Browser();
        await attacker.SignInAsync(target.System);
        await attacker.SignInUpToCallbackAsync(target.System);
        var genuine = attacker.Cookie(The.SessionCookie)!;

        foreach (var planted in new[] { genuine.Value, new string('A', genuine.Value.Length), "x",
            attacker.Cookie(The.LoginCookie)!.Value })
        {
            using var victim = target.System.Browser();
            victim.Cookies.Put(genuine with { Value = planted });
            await victim.SignInAsync(target.System);

            Assert.NotEqual(planted, victim.Cookie(The.SessionCookie)!.Value);
            Assert.Equal(HttpStatusCode.OK, (await victim.MeAsync(target.System)).StatusCode);
            victim.Cookies.Put(genuine with { Value = planted });
            await (await victim.MeAsync(target.System)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
        }
    }

    /// <summary>Each way to fail leaves the session that was there.</summary>
    [Fact, Row("CB-09", "CB-16", "CB-23", "TOK-05")]
    public async Task No_failure_after_the_code_ends_the_session_that_the_browser_has()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        await browser.SignInAsync(target.System);
        var session = browser.Cookie(The.SessionCookie);
        (string What, Action<TestToken>? Token, Action<JsonObject>? Answer)[] failures =
        [
            ("another nonce", token => token.With("nonce", "other"), null), ("no nonce", token => token.Without("nonce"), null),
            ("another issuer", token => token.With("iss", "https://evil.example"), null),
            ("another audience", token => token.With("aud", "other"), null), ("no subject", token => token.Without("sub"), null),
            ("no signature", token => token.Unsigned("none"), null),
            ("no ID token", null, answer => answer.Remove("id_token")), ("no access token", null, answer => answer.Remove("access_token")),
        ];

        foreach (var (what, token, answer) in failures)
        {
            (target.Provider.SpoilToken, target.Provider.SpoilAnswer) = (token, answer);
            var redeemed = target.Redeemed.Length;
            var page = await browser.SignInAsync(target.System);

            target.AssertFailed(page.Response, what, what == "no access token" ? "provider_unavailable" : "login_failed", sessions: 1,
                redeemed: redeemed + 1);
            Assert.Equal(session, browser.Cookie(The.SessionCookie));
            Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(target.System)).StatusCode);
        }
        // What came was revoked; the session's own refresh token was not.
        var revoked = target.Provider.Requests.Where(request => request.Path == TestProvider.Revoke)
            .Select(request => request.Form["token"]).ToArray();
        Assert.Equal(failures.Length, revoked.Length);
        Assert.DoesNotContain("refresh-2", revoked);
    }
}
