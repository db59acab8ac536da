using System.Net;
using System.Text;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>A code is worth something only together with the verifier and the nonce of the sign-in that it was issued for.</summary>
public sealed class CallbackCodeTests(SharedRedis redis)
{
    [Fact, Row("CB-08")]
    public async Task A_stolen_code_fails_at_a_provider_that_checks_PKCE()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var victim = system.Browser();
        using var thief = system.Browser();
        var stolen = await victim.SignInUpToCallbackAsync(system);
        var own = await thief.SignInUpToCallbackAsync(system, The.Bob);

        var page = await thief.NavigateAsync(Injected(stolen, own), typed: true);

        Assert.Equal("?login_error=login_failed", page.Location.Query);
        SignInTarget.AssertNoCookie(page.Response, "stolen code");
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        var sent = Assert.Single(system.Pool.Requests.TokenRequests);
        Assert.Equal(43, sent.Form["code_verifier"].Length);
    }

    [Fact, Row("CB-09", "IDT-15")]
    public async Task A_stolen_code_fails_for_its_nonce_where_the_provider_checks_no_PKCE()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var victim = target.System.Browser();
        using var thief = target.System.Browser();
        var stolen = await victim.SignInUpToCallbackAsync(target.System);
        var own = await thief.SignInUpToCallbackAsync(target.System);

        var page = await thief.NavigateAsync(Injected(stolen, own), typed: true);

        target.AssertFailed(page.Response, "stolen code", redeemed: 1);
        Assert.Equal(43, target.Redeemed[0].Form["code_verifier"]!.Length);
        // What came is dropped: the refresh token is revoked, and no token lies in Redis or a log.
        var revoked = Assert.Single(target.Provider.Requests, request => request.Path == TestProvider.Revoke).Form["token"]!;
        Assert.StartsWith("refresh-", revoked, StringComparison.Ordinal);
        Assert.DoesNotContain(revoked, target.System.Logs.All, StringComparison.Ordinal);
        await (await thief.MeAsync(target.System)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
    }

    [Fact, Row("CB-07", "CB-09")]
    public async Task Codes_swapped_between_two_tabs_sign_no_one_in()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var one = await browser.SignInUpToCallbackAsync(target.System);
        var two = await browser.SignInUpToCallbackAsync(target.System);

        target.AssertFailed((await browser.NavigateAsync(Injected(one, two), typed: true)).Response, "the first tab's code", redeemed: 1);
        target.AssertFailed((await browser.NavigateAsync(Injected(two, one), typed: true)).Response, "the second tab's code", redeemed: 2);
        Assert.Equal(2, target.Provider.Count(TestProvider.Revoke));
    }

    [Fact, Row("CB-16", "CB-15")]
    public async Task Tokens_without_a_code_are_no_sign_in()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var token = target.Provider.IdToken("evil-token", "nonce").Compact();
        string[] queries =
        [
            "", "&code=", $"&id_token={token}&access_token=evil-token&token_type=Bearer", $"&response={token}", "&code[]=evil-token",
            "&code%00=evil-token", "&error=", "&error=&code=evil-token",
            "&error=access_denied&code=evil-token",
        ];

        foreach (var query in queries)
        {
            var callback = await browser.SignInUpToCallbackAsync(target.System);
            var page = await browser.NavigateAsync(new Uri(target.System.Url,
                $"/callback?state={SignInTarget.StateIn(callback)}{query}"), typed: true);
            target.AssertFailed(page.Response, query, query.Contains("denied", StringComparison.Ordinal) ? "access_denied"
                : "login_failed");
        }
        Assert.DoesNotContain("evil-token", target.System.Logs.All, StringComparison.Ordinal);
    }

    [Fact, Row("CB-15", "CB-21", "TOK-01")]
    public async Task A_code_of_any_characters_is_form_encoded_once_and_what_else_came_is_ignored()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        // Nothing of it is a code that the provider knows: how it travels is what counts.
        string[] codes = ["+/=%& é", "%2B%252B", "a+b c", "\"<>'\\", "&code_verifier=evil&grant_type=refresh_token", "\r\nX: evil",
            "\0\t\u001b\u202e", "あ😀", new('c', 4096), "a;b=c#d"];

        foreach (var code in codes)
        {
            var state = SignInTarget.StateIn(await browser.SignInUpToCallbackAsync(target.System));
            var before = target.Redeemed.Length;
            var foo = new string('f', code.Length > 1000 ? 0 : 2048);
            using var answer = await target.SendAsync(
                $"/callback?session_state=x&foo={foo}&foo=2&code={Uri.EscapeDataString(code)}&state={state}",
                [SignInTarget.LoginCookieOf(browser)]);

            target.AssertFailed(answer, code, redeemed: before + 1);
            var request = target.Redeemed[^1];
            Assert.Equal(["grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret"], request.Form.AllKeys);
            Assert.Equal(("authorization_code", code, target.System.Url.Origin() + "/callback", ""),
                (request.Form["grant_type"], request.Form["code"], request.Form["redirect_uri"], request.Query));
        }

        var good = await browser.SignInUpToCallbackAsync(target.System);
        var more = $"session_state=x&foo={new string('f', 2048)}&foo=2&scope=evil&expires_in=1&token_type=x";
        var done = await browser.NavigateAsync(new Uri($"{good}&{more}"), typed: true);
        Assert.Equal(target.System.Spa.AbsoluteUri, done.Response.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(target.System)).StatusCode);
    }

    [Fact, Row("CB-21", "HTP-07")]
    public async Task A_code_of_64_KB_is_refused_before_anything_is_consumed()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);

        var answer = await RawHttp.SendAsync(target.System.Url,
            $"GET /callback?state={SignInTarget.StateIn(callback)}&code={new StringBuilder().Append('c', 65536)} HTTP/1.1",
        [$"Cookie: {SignInTarget.LoginCookieOf(browser).Value}"]);

        Assert.Equal(414, RawHttp.Status(answer));
        Assert.Equal((1, 0), (target.SignIns, target.Redeemed.Length));
        Assert.Equal(target.System.Spa, (await browser.NavigateAsync(callback, typed: true)).Location);
    }

    /// <summary>The one's code in the other's response.</summary>
    private static Uri Injected(Uri code, Uri state) =>
        new($"{state.GetLeftPart(UriPartial.Path)}?code={System.Web.HttpUtility.ParseQueryString(code.Query)["code"]}"
            + $"&state={SignInTarget.StateIn(state)}");
}
