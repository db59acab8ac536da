using System.Net;
using System.Text.Json.Nodes;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>Discovery documents at the running application: whose, and with what left out.</summary>
public sealed class WrongMetadataTests(SharedRedis redis)
{
    [Fact, Row("KEY-01", "LGN-03")]
    public async Task A_document_of_another_issuer_begins_no_sign_in_and_a_right_one_afterwards_does()
    {
        await using var provider = await TestProvider.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        provider.Time = system.Time;
        using var browser = system.Browser();
        string?[] issuers = [provider.Issuer + "/", provider.Origin + "/Issuer", provider.Origin + "/other", provider.Issuer + "?",
            provider.Issuer.Replace("http:", "https:", StringComparison.Ordinal), provider.Issuer + "\n", " " + provider.Issuer, "", null];

        foreach (var issuer in issuers)
        {
            provider.Metadata["issuer"] = issuer;
            await RefusedAsync($"issuer '{issuer}'");
        }
        provider.Metadata["issuer"] = provider.Issuer;
        provider.Metadata["code_challenge_methods_supported"] = new JsonArray("plain");
        await RefusedAsync("plain alone");

        provider.Metadata.Remove("code_challenge_methods_supported");
        system.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.Found, (await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true)).Status);

        async Task RefusedAsync(string row)
        {
            system.Time.Advance(TimeSpan.FromSeconds(2));
            var page = await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);
            Assert.True(page.Status == HttpStatusCode.ServiceUnavailable
                && page.Says.Contains("provider_unavailable", StringComparison.Ordinal), $"{row}: {page.Status} {page.Says}");
            Assert.True(page.Response.Headers.RetryAfter is not null, row);
            Assert.False(page.Response.Headers.Contains("Set-Cookie"), row);
            Assert.DoesNotContain(system.Keys(), key => key.Contains(":signin", StringComparison.Ordinal));
        }
    }

    [Fact, Row("KEY-08")]
    public async Task Endpoints_on_another_host_than_the_issuers_are_used()
    {
        await using var domain = await TestProvider.StartAsync();
        await using var issuer = await TestProvider.StartAsync();
        foreach (var endpoint in new[] { "authorization_endpoint", "token_endpoint", "revocation_endpoint", "end_session_endpoint" })
            issuer.Metadata[endpoint] = domain.Metadata[endpoint]!.DeepClone();
        domain.SpoilToken = token => token.With("iss", issuer.Issuer);
        await using var system = await BffSystem.StartAsync(redis, issuer.Settings);
        domain.Time = system.Time;
        using var browser = system.Browser();

        await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);
        await browser.FollowAsync();
        Assert.Equal(system.Spa, (await browser.FollowAsync()).Location);
        Assert.StartsWith(domain.Origin + "/logout", (string?)(await (await browser.LogoutAsync(system)).JsonAsync())["logoutUrl"],
            StringComparison.Ordinal);

        Assert.Equal((1, 1), (domain.Count(TestProvider.Token), domain.Count(TestProvider.Revoke)));
        Assert.Equal([TestProvider.Discovery, TestProvider.Jwks], issuer.Requests.Select(request => request.Path));
    }

    [Fact, Row("KEY-08", "OUT-03")]
    public async Task Without_an_end_session_or_revocation_endpoint_people_sign_in_and_out_here()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.Metadata.Remove("end_session_endpoint");
        provider.Metadata.Remove("revocation_endpoint");
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        provider.Time = system.Time;
        using var browser = system.Browser();
        await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);
        await browser.FollowAsync();
        await browser.FollowAsync();
        var cookie = browser.Cookie(The.SessionCookie)!;
        var asked = provider.Requests.Count;

        using var answer = await browser.LogoutAsync(system);

        Assert.Equal(system.Spa.AbsoluteUri, (string?)(await answer.JsonAsync())["logoutUrl"]);
        browser.Cookies.Put(cookie);
        await (await browser.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
        Assert.Equal(asked, provider.Requests.Count);
    }
}
