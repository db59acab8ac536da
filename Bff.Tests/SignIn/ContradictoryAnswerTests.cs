using System.Net;
using System.Text.Json.Nodes;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>Answers of the provider that say two things at once, at the running application.</summary>
public sealed class ContradictoryAnswerTests(SharedRedis redis)
{
    [Fact, Row("CB-15", "CB-16")]
    public async Task A_token_beside_the_code_fails_the_sign_in_and_redeems_nothing()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        await browser.SignInAsync(target.System);
        var token = target.Provider.IdToken("evil-token", The.Nonce).Compact();
        string[] beside =
        [
            "access_token=evil-token", "access_token=evil-token&token_type=Bearer&expires_in=3600",
            $"id_token={token}", $"response={token}", $"id_token={token}&access_token=evil-token",
            "access_token=", "ACCESS_TOKEN=evil-token", "%61ccess_token=evil-token", "access_token=a&access_token=b", "response",
        ];

        foreach (var query in beside)
        {
            var callback = await browser.SignInUpToCallbackAsync(target.System);
            var logged = target.System.Logs.Lines.Count;
            var page = await browser.NavigateAsync(new Uri($"{callback}&{query}"), typed: true);
            target.AssertFailed(page.Response, query, sessions: 1, redeemed: 1);
            Assert.Single(target.System.Logs.Lines.Skip(logged), line => line.Contains(" Bff.SignIn.", StringComparison.Ordinal));
            // The sign-in is spent.
            var replay = await browser.NavigateAsync(callback, typed: true);
            target.AssertFailed(replay.Response, query + ", then the code alone", sessions: 1, redeemed: 1);
            Assert.Equal(0, target.SignIns);
        }
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(target.System)).StatusCode);
        Assert.Equal(0, target.Provider.Count(TestProvider.Revoke));
        Assert.DoesNotContain("evil-token", target.System.Logs.All, StringComparison.Ordinal);
    }

    [Fact, Row("CB-15")]
    public async Task What_else_stands_beside_the_code_is_ignored()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();

        string[] ignored = ["token_type=Bearer", "expires_in=3600", "scope=openid", "session_state=x", "id_token_hint=x"];
        foreach (var query in ignored)
        {
            var callback = await browser.SignInUpToCallbackAsync(target.System);
            var page = await browser.NavigateAsync(new Uri($"{callback}&{query}"), typed: true);
            Assert.Equal(target.System.Spa, page.Location);
        }
    }

    [Fact, Row("TOK-05", "TOK-08")]
    public async Task Tokens_beside_an_error_sign_no_one_in_and_are_revoked()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);

        string[] errors = ["invalid_grant", "server_error", "access_denied", "temporarily_unavailable", "an_error_of_its_own", "a b", "é"];
        foreach (var error in errors)
        {
            signIn.SpoilAnswer = answer => answer["error"] = error;
            await signIn.AssertRefusedAsync(error);
        }
        foreach (var error in (string[])["1", "true", "{}", "[]", """{"code":"invalid_grant"}"""])
        {
            signIn.SpoilAnswer = answer => answer["error"] = JsonNode.Parse(error);
            await signIn.AssertRefusedAsync(error);
        }
        signIn.SpoilAnswer = answer => (answer["error"], answer["error_description"]) = ("invalid_request", "an error beside tokens");
        await signIn.AssertRefusedAsync("with a description");
        signIn.SpoilAnswer = answer => Keep(answer, "id_token")["error"] = "invalid_grant";
        await signIn.AssertRefusedAsync("an ID token alone");
        signIn.SpoilAnswer = answer => Keep(answer, "refresh_token")["error"] = "invalid_grant";
        await signIn.AssertRefusedAsync("a refresh token alone");
        signIn.SpoilAnswer = answer => Keep(answer, "token_type")["error"] = "invalid_grant";
        await signIn.AssertRefusedAsync("no token", "provider_unavailable");
        foreach (var none in new JsonNode?[] { null, "" })
        {
            signIn.SpoilAnswer = answer => answer["error"] = none?.DeepClone();
            await signIn.AssertAcceptedAsync("an error that is none");
        }
    }

    [Fact, Row("RFR-05")]
    public async Task A_refresh_that_brings_tokens_beside_an_error_keeps_the_session()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        string[] errors = ["invalid_grant", "login_required", "server_error", "something"];

        foreach (var error in errors)
        {
            signIn.SpoilAnswer = answer => answer["error"] = error;
            signIn.System.Time.Advance(TimeSpan.FromMinutes(2));
            using var answer = await signIn.Browser.RefreshAsync(signIn.System);
            await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");
            Assert.False(answer.Headers.Contains("Set-Cookie"), error);
        }

        var warnings = signIn.System.Logs.Lines.Count(line => line.Contains("an error and tokens at once", StringComparison.Ordinal));
        Assert.Equal(errors.Length, warnings);
        // It is one user's answer: the provider is not left alone for it.
        signIn.SpoilAnswer = null;
        Assert.Equal(HttpStatusCode.OK, (await signIn.Browser.RefreshAsync(signIn.System)).StatusCode);
        var refreshes = signIn.Provider.Requests.Where(request => request.Form["grant_type"] == "refresh_token");
        Assert.Single(refreshes.Select(request => request.Form["refresh_token"]).Distinct());
        Assert.Equal(0, signIn.Provider.Count(TestProvider.Revoke));
    }

    private static JsonObject Keep(JsonObject answer, string name)
    {
        foreach (var other in answer.Select(member => member.Key).Where(key => key != name).ToList()) answer.Remove(other);
        return answer;
    }
}
