using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>A response counts only as the answer of the provider that was asked (RFC 9207, RFC 9700 section 4.4).</summary>
public sealed class CallbackIssuerTests(SharedRedis redis)
{
    [Theory, Row("CB-10", "CB-11")]
    [InlineData(false), InlineData(true)]
    public async Task An_issuer_that_is_not_the_one_is_refused_with_a_code_and_with_an_error(bool announced)
    {
        await using var target = await SignInTarget.StartAsync(redis);
        if (announced) target.Provider.Metadata["authorization_response_iss_parameter_supported"] = true;
        using var browser = target.System.Browser();
        var issuer = target.Provider.Issuer;
        string[] wrong =
        [
            "", issuer + "/", issuer + "%20", "%20" + issuer, issuer + "%00", issuer.Replace("http", "https", StringComparison.Ordinal),
            issuer.Replace("issuer", "Issuer", StringComparison.Ordinal), issuer.ToUpperInvariant(),
            issuer.Replace("127.0.0.1", "localhost", StringComparison.Ordinal),
            issuer.Replace("issuer", "%2569ssuer", StringComparison.Ordinal), issuer + "?", issuer + "%23", issuer[..^1],
            target.Provider.Origin, "https://evil.example", "null",
        ];

        foreach (var iss in wrong)
        {
            foreach (var response in new[] { "code=code-1", "error=access_denied", "error=access_denied&code=code-1" })
            {
                var state = SignInTarget.StateIn(await browser.SignInUpToCallbackAsync(target.System));
                using var answer = await target.SendAsync($"/callback?{response}&state={state}&iss={iss}",
                    [SignInTarget.LoginCookieOf(browser)]);
                target.AssertFailed(answer, $"{response}&iss={iss}");
            }
        }
    }

    [Fact, Row("CB-10")]
    public async Task An_issuer_that_comes_twice_is_refused_and_consumes_nothing()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        string right = target.Provider.Issuer, wrong = "https://evil.example";

        foreach (var query in new[] { $"&iss={right}&iss={right}", $"&iss={right}&iss={wrong}", $"&iss={wrong}&iss={right}",
            $"&iss={right}&ISS={right}", $"&iss=&iss={right}", $"&error=access_denied&iss={right}&iss={right}" })
            target.AssertRefused((await browser.NavigateAsync(new Uri(callback.AbsoluteUri + query), typed: true)).Response, query);

        Assert.Equal(target.System.Spa, (await browser.NavigateAsync(new Uri($"{callback.AbsoluteUri}&iss={right}"),
            typed: true)).Location);
    }

    [Theory, Row("CB-11", "CB-12")]
    [InlineData(true, false, "code", false), InlineData(true, false, "error=access_denied", false)]
    [InlineData(true, true, "code", true), InlineData(false, true, "code", true), InlineData(false, false, "code", true)]
    public async Task A_provider_that_announces_its_issuer_must_name_it_and_another_may(bool announced, bool named, string response,
        bool accepted)
    {
        await using var target = await SignInTarget.StartAsync(redis);
        target.Provider.Metadata["authorization_response_iss_parameter_supported"] = announced;
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        var query = (response == "code" ? callback.Query : $"?{response}&state={SignInTarget.StateIn(callback)}")
            + (named ? $"&iss={Uri.EscapeDataString(target.Provider.Issuer)}" : "");

        var page = await browser.NavigateAsync(new Uri(target.System.Url, "/callback" + query), typed: true);

        if (!accepted) target.AssertFailed(page.Response, query);
        else Assert.Equal(target.System.Spa.AbsoluteUri, page.Response.Headers.Location!.OriginalString);
        Assert.Equal(accepted ? 1 : 0, target.Sessions);
    }

    [Theory, Row("CB-13")]
    [InlineData(false), InlineData(true)]
    public async Task A_sign_in_begun_at_another_provider_sends_its_code_to_neither(bool withError)
    {
        await using var target = await SignInTarget.StartAsync(redis);
        await using var second = await TestProvider.StartAsync(target.System.Time);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        var path = withError ? $"/callback?error=access_denied&state={SignInTarget.StateIn(callback)}&iss={second.Issuer}"
            : callback.PathAndQuery + "&iss=" + second.Issuer;
        foreach (var (key, value) in second.Settings) target.System.Settings[key] = value;
        await target.System.RestartAsync();

        var page = await browser.NavigateAsync(new Uri(target.System.Url, path), typed: true);

        target.AssertFailed(page.Response, "another provider");
        Assert.Empty(second.Requests);
        Assert.Contains("another Oidc:Authority", target.System.Logs.All, StringComparison.Ordinal);
        // At the new one the same browser signs in as ever.
        Assert.Equal(target.System.Spa, (await browser.SignInAsync(target.System)).Location);
        Assert.Equal((1, 0), (second.Count(TestProvider.Token), target.Redeemed.Length));
    }

    [Theory, Row("CB-13", "CB-23", "OUT-04")]
    [InlineData(false), InlineData(true)]
    public async Task The_tokens_of_a_session_from_another_provider_are_not_shown_to_this_one(bool signsOut)
    {
        await using var target = await SignInTarget.StartAsync(redis);
        await using var second = await TestProvider.StartAsync(target.System.Time);
        using var browser = target.System.Browser();
        await browser.SignInAsync(target.System);
        var former = browser.Cookie(The.SessionCookie)!;
        foreach (var (key, value) in second.Settings) target.System.Settings[key] = value;
        await target.System.RestartAsync();

        if (signsOut)
        {
            var logout = await (await browser.LogoutAsync(target.System)).JsonAsync();
            Assert.DoesNotContain("id_token_hint", (string?)logout["logoutUrl"], StringComparison.Ordinal);
        }
        await browser.SignInAsync(target.System);

        Assert.NotEqual(former.Value, browser.Cookie(The.SessionCookie)!.Value);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(target.System)).StatusCode);
        Assert.Equal(1, target.Sessions);
        Assert.Equal((0, 0), (second.Count(TestProvider.Revoke), target.Provider.Count(TestProvider.Revoke)));
    }
}
