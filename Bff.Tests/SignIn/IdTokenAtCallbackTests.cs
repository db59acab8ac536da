using System.Globalization;
using System.Text.Json.Nodes;
using Bff.Tests.Hosting;
using Bff.Tests.Oidc;

namespace Bff.Tests.SignIn;

/// <summary>A hostile ID token at the running application: each row of the tables, and what only a whole sign-in shows.</summary>
public sealed class IdTokenAtCallbackTests(SharedRedis redis)
{
    private static readonly (string Key, string Value) Cognito = ("Oidc:Provider", "cognito");

    [Fact, Row("IDT-09", "IDT-11", "IDT-12", "IDT-13", "IDT-14", "IDT-15", "IDT-17", "IDT-18")]
    public async Task A_token_with_a_wrong_claim_signs_no_one_in()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis, Cognito);
        foreach (var (row, spoil) in IdTokenClaimTests.Bad)
        {
            signIn.Spoil = token => spoil(token.With("email", TamperedSignIn.Canary));
            await signIn.AssertRefusedAsync(row);
        }
    }

    [Fact, Row("IDT-01", "IDT-02", "IDT-03", "IDT-04", "IDT-06", "IDT-07", "IDT-20")]
    public async Task A_forged_token_signs_no_one_in()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        foreach (var (row, forge) in IdTokenSignatureTests.Forgeries)
        {
            signIn.Write = forge;
            // One row names an unknown key: the keys are read again for each, unless that happened a moment ago.
            signIn.System.Time.Advance(TimeSpan.FromSeconds(31));
            // A token that fits into no header makes the whole answer unusable.
            await signIn.AssertRefusedAsync(row, row == "a blank in front" ? "provider_unavailable" : "login_failed");
        }
    }

    [Fact, Row("IDT-07", "IDT-12", "IDT-17", "IDT-20")]
    public async Task An_unusual_but_good_token_signs_in()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis, Cognito);
        foreach (var (row, change) in IdTokenClaimTests.Good)
        {
            signIn.Spoil = change;
            await signIn.AssertAcceptedAsync(row);
        }
    }

    [Fact, Row("IDT-13")]
    public async Task A_token_from_before_the_sign_in_began_is_refused()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        var start = signIn.System.Time.GetUtcNow().ToUnixTimeSeconds();

        foreach (var (seconds, accepted) in new[] { (-3600L, false), (-61, false), (-60, true), (0, true), (60, true), (61, false) })
        {
            signIn.Spoil = token => token.With("iat", start + seconds);
            if (accepted) await signIn.AssertAcceptedAsync($"iat {seconds}");
            else await signIn.AssertRefusedAsync($"iat {seconds}");
        }
    }

    [Theory, Row("IDT-13")]
    [InlineData(600, ""), InlineData(0, ""), InlineData(-60, ""), InlineData(-61, "?login_error=login_failed")]
    public async Task A_person_who_takes_ten_minutes_gets_a_token_of_any_time_since_they_began(int iat, string error)
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        using var browser = signIn.System.Browser();
        var start = signIn.System.Time.GetUtcNow().ToUnixTimeSeconds();
        await browser.NavigateAsync(new Uri(signIn.System.Url, "/login"), typed: true);
        signIn.System.Time.Advance(TimeSpan.FromMinutes(10));
        signIn.Spoil = token => token.With("iat", start + iat);

        await browser.FollowAsync();

        Assert.Equal(new Uri(signIn.System.Spa, "/" + error), (await browser.FollowAsync()).Location);
    }

    [Fact, Row("IDT-15")]
    public async Task The_nonce_of_another_tab_of_the_same_browser_signs_in_neither()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        var other = await signIn.Browser.NavigateAsync(new Uri(signIn.System.Url, "/login"), typed: true);
        var nonce = System.Web.HttpUtility.ParseQueryString(other.Location.Query)["nonce"];

        signIn.Spoil = token => token.With("nonce", nonce);

        await signIn.AssertRefusedAsync("the nonce of a live sign-in");
    }

    [Fact, Row("IDT-08")]
    public async Task A_key_that_was_never_published_costs_one_read_and_is_refused()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.Spoil = token => token.SignedBy(TestKey.Third);
        var read = signIn.Provider.Count(TestProvider.Jwks);

        await signIn.AssertRefusedAsync("an unknown key");

        Assert.Equal(read + 1, signIn.Provider.Count(TestProvider.Jwks));
    }

    [Fact, Row("IDT-20", "SES-15")]
    public async Task A_token_with_hundreds_of_groups_makes_no_larger_cookie()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        var usual = signIn.Browser.Cookie(The.SessionCookie)!.Value.Length;
        using var browser = signIn.System.Browser();
        signIn.Spoil = token =>
            token.With("cognito:groups", new JsonArray([.. Enumerable.Range(0, 500)
            .Select(number => JsonValue.Create($"a-group-of-some-name-{number}"))]));

        var me = await signIn.AssertAcceptedAsync("500 groups", browser);

        Assert.Equal(500, me["claims"]!["cognito:groups"]!.AsArray().Count);
        Assert.Equal(usual, browser.Cookie(The.SessionCookie)!.Value.Length);
    }

    [Fact, Row("IDT-19")]
    public async Task A_sign_in_that_is_older_than_was_asked_for_is_refused()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        var now = signIn.System.Time.GetUtcNow().ToUnixTimeSeconds();
        string[] bad = ["null", "\"1\"", "-1", "1e300", $"{now - 361}", $"{now + 61}", $"[{now}]"];

        foreach (var time in bad)
        {
            signIn.Spoil = token => token.WithRaw("auth_time", time);
            await signIn.AssertRefusedAsync("auth_time " + time, query: "?maxAge=300");
        }
        signIn.Spoil = token => token.Without("auth_time");
        await signIn.AssertRefusedAsync("no auth_time", query: "?maxAge=300");

        await signIn.AssertAcceptedAsync("no auth_time, where none was asked for");
        foreach (var seconds in new[] { 0, 300, 360 })
        {
            signIn.Spoil = token => token.With("auth_time", now - seconds);
            await signIn.AssertAcceptedAsync(seconds.ToString(CultureInfo.InvariantCulture), query: "?maxAge=300");
        }
    }
}
