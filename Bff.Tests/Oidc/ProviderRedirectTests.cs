using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>
/// A provider or a token that sends its reader on: followed, a token request would hand code, verifier and secret to another host.
/// </summary>
[Row("TOK-04")]
public sealed class ProviderRedirectTests(SharedRedis redis)
{
    public static TheoryData<int> Statuses => [301, 302, 303, 307, 308];

    [Theory, MemberData(nameof(Statuses))]
    public async Task No_redirect_of_the_token_or_revocation_endpoint_is_followed(int status)
    {
        await using var evil = await TestProvider.StartAsync();
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        Send(signIn.Provider, TestProvider.Revoke, status, evil);

        signIn.Spoil = token => token.Without("sub");
        await signIn.AssertRefusedAsync("a revocation that is sent on");
        signIn.Spoil = null;
        Send(signIn.Provider, TestProvider.Token, status, evil);
        await signIn.AssertRefusedAsync("a code that is sent on", "provider_unavailable");

        signIn.System.Time.Advance(TimeSpan.FromMinutes(5));
        await (await signIn.Browser.RefreshAsync(signIn.System)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");
        Assert.Equal(HttpStatusCode.OK, (await signIn.Browser.LogoutAsync(signIn.System)).StatusCode);
        Assert.Empty(evil.Requests);
    }

    [Theory, MemberData(nameof(Statuses))]
    public async Task No_redirect_of_the_keys_is_followed(int status)
    {
        await using var evil = await TestProvider.StartAsync();
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        evil.Rotate(TestKey.Third);
        Send(signIn.Provider, TestProvider.Jwks, status, evil);

        signIn.Spoil = token => token.SignedBy(TestKey.Third);
        await signIn.AssertRefusedAsync("keys that are sent on", "provider_unavailable");

        Assert.Empty(evil.Requests);
        signIn.Spoil = null;
        await signIn.AssertAcceptedAsync("the keys of before");
    }

    [Theory, MemberData(nameof(Statuses))]
    public async Task No_redirect_of_the_discovery_document_is_followed(int status)
    {
        await using var evil = await TestProvider.StartAsync();
        await using var provider = await TestProvider.StartAsync();
        evil.Metadata["issuer"] = provider.Issuer;
        Send(provider, TestProvider.Discovery, status, evil);
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        using var browser = system.Browser();

        var page = await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.Contains("provider_unavailable", page.Says, StringComparison.Ordinal);
        Assert.Null(browser.Cookie(The.LoginCookie));
        Assert.Empty(evil.Requests);
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":signin", StringComparison.Ordinal));
    }

    [Fact, Row("IDT-03", "IDT-06")]
    public async Task No_address_that_a_token_names_is_visited()
    {
        await using var evil = await TestProvider.StartAsync();
        evil.Rotate(TestKey.Third);
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        foreach (var header in new[] { "jku", "x5u", "kid" })
        {
            signIn.System.Time.Advance(TimeSpan.FromSeconds(31));
            signIn.Spoil = token => token.SignedBy(TestKey.Third).WithHeader(header, evil.Origin + TestProvider.Jwks);
            await signIn.AssertRefusedAsync(header);
        }
        signIn.Spoil = token => token.WithRaw("_claim_names", """{"email":"src"}""")
            .WithRaw("_claim_sources", $$"""{"src":{"endpoint":"{{evil.Origin}}/claims","access_token":"x"} }""")
            .With("picture", evil.Origin + "/picture");
        await signIn.AssertAcceptedAsync("distributed claims");

        Assert.Empty(evil.Requests);
    }

    private static void Send(TestProvider from, string path, int status, TestProvider to) =>
        from.Answer(path, status, "", "text/plain", ("Location", to.Origin + path), ("Refresh", "0; url=" + to.Origin + path));
}
