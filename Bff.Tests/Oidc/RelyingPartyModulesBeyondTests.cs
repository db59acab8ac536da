using System.Net;
using System.Web;
using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>
/// The OpenID Foundation's relying-party modules about discovery, keys, refreshing, logout and what comes uninvited, under their
/// names there.
/// </summary>
public sealed class RelyingPartyModulesBeyondTests(SharedRedis redis)
{
    [Fact(DisplayName = "oidcc-client-test-discovery-openid-config"), Row("KEY-01")]
    public async Task The_discovery_document_is_read_and_used()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);

        Assert.Equal(TestProvider.Discovery, signIn.Provider.Requests.First().Path);
        Assert.Equal(1, signIn.Provider.Count(TestProvider.Discovery));
    }

    [Fact(DisplayName = "oidcc-client-test-discovery-jwks-uri-keys"), Row("KEY-01", "KEY-08")]
    public async Task The_keys_are_read_from_where_the_document_says()
    {
        await using var provider = await TestProvider.StartAsync();
        await using var elsewhere = await TestProvider.StartAsync();
        elsewhere.Rotate(TestKey.Third);
        provider.SigningKey = TestKey.Third;
        provider.Metadata["jwks_uri"] = elsewhere.Origin + TestProvider.Jwks;
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        provider.Time = system.Time;
        using var browser = system.Browser();

        await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);
        await browser.FollowAsync();
        await browser.FollowAsync();

        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        Assert.Equal((0, 1), (provider.Count(TestProvider.Jwks), elsewhere.Count(TestProvider.Jwks)));
    }

    [Fact(DisplayName = "oidcc-client-test-discovery-issuer-mismatch"), Row("KEY-01")]
    public async Task A_document_of_another_issuer()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.Metadata["issuer"] = provider.Issuer + "/invalid";
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        using var browser = system.Browser();

        var page = await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.Equal(0, provider.Count(TestProvider.Authorize));
    }

    [Fact(DisplayName = "oidcc-client-test-signing-key-rotation"), Row("KEY-02")]
    public async Task Keys_that_change_between_two_sign_ins()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.Provider.Rotate(TestKey.Third);
        await signIn.AssertAcceptedAsync("rotated");
    }

    [Fact(DisplayName = "oidcc-client-test-signing-key-rotation-just-before-signing"), Row("KEY-02")]
    public async Task Keys_that_change_just_before_signing()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.Spoil = token =>
        {
            signIn.Provider.Rotate(TestKey.Third);
            token.SignedBy(TestKey.Third);
        };
        await signIn.AssertAcceptedAsync("rotated");
        Assert.Equal(2, signIn.Provider.Count(TestProvider.Jwks));
        Assert.True(ProviderMetadata.KeyRefreshCoolDown >= TimeSpan.FromSeconds(30));
    }

    [Fact(DisplayName = "oidcc-client-test-refresh-token"), Row("RFR-01", "RFR-07")]
    public async Task A_refresh() => Assert.Equal(HttpStatusCode.OK, await RefreshAsync(_ => { }));

    [Fact(DisplayName = "oidcc-client-test-refresh-token-invalid-issuer"), Row("RFR-07")]
    public async Task A_refreshed_token_of_another_issuer() =>
        Assert.Equal(HttpStatusCode.Unauthorized, await RefreshAsync(token => token.With("iss", token.Claims["iss"] + "/invalid")));

    [Fact(DisplayName = "oidcc-client-test-refresh-token-invalid-sub"), Row("RFR-07")]
    public async Task A_refreshed_token_of_another_subject() =>
        Assert.Equal(HttpStatusCode.Unauthorized, await RefreshAsync(token => token.With("sub", token.Claims["sub"] + "-invalid")));

    [Fact(DisplayName = "oidcc-client-test-rp-init-logout"), Row("OUT-04")]
    public async Task A_logout_that_the_relying_party_begins()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        var cookie = signIn.Browser.Cookie(The.SessionCookie)!;

        var url = new Uri((string)(await (await signIn.Browser.LogoutAsync(signIn.System)).JsonAsync())["logoutUrl"]!);

        Assert.Equal(signIn.Provider.Origin + "/logout", url.GetLeftPart(UriPartial.Path));
        var query = HttpUtility.ParseQueryString(url.Query);
        Assert.Equal((TestProvider.ClientId, signIn.System.Spa.AbsoluteUri), (query["client_id"], query["post_logout_redirect_uri"]));
        Assert.Equal(3, query["id_token_hint"]!.Split('.').Length);
        signIn.Browser.Cookies.Put(cookie);
        await (await signIn.Browser.MeAsync(signIn.System)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
    }

    [Fact(DisplayName = "oidcc-client-test-3rd-party-init-login"), Row("LGN-12")]
    public async Task A_login_that_a_third_party_begins()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        await using var evil = await TestProvider.StartAsync();
        using var browser = signIn.System.Browser();

        await signIn.AssertAcceptedAsync("the parameters of the specification", browser,
            $"?iss={Uri.EscapeDataString(evil.Issuer)}&login_hint=mallory&target_link_uri={Uri.EscapeDataString(evil.Origin)}");

        var asked = HttpUtility.ParseQueryString(signIn.Provider.Requests.Last(request => request.Path == TestProvider.Authorize).Query);
        Assert.Equal((null, null, null), (asked["iss"], asked["login_hint"], asked["target_link_uri"]));
        Assert.Empty(evil.Requests);
    }

    /// <summary>response_mode=form_post is never asked for; an answer in that form is no answer.</summary>
    [Fact(DisplayName = "oidcc-client-test-form-post-error"), Row("CB-22")]
    public async Task An_error_that_is_posted()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        using var browser = signIn.System.Browser();
        var page = await browser.NavigateAsync(new Uri(signIn.System.Url, "/login?prompt=none&maxAge=0"), typed: true);
        var state = HttpUtility.ParseQueryString(page.Location.Query)["state"]!;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["error"] = "login_required", ["state"] = state });

        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(signIn.System.Url, "/callback")) { Content = form };
        request.Headers.Add("Cookie", $"{The.LoginCookie}={browser.Cookie(The.LoginCookie)!.Value}");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET"], answer.Content.Headers.Allow);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        // Nothing was consumed: the same sign-in still completes.
        await browser.FollowAsync();
        Assert.Equal(signIn.System.Spa, (await browser.FollowAsync()).Location);
    }

    private async Task<HttpStatusCode> RefreshAsync(Action<TestToken> spoil)
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.System.Time.Advance(TimeSpan.FromSeconds(10));
        signIn.Spoil = spoil;
        using var answer = await signIn.Browser.RefreshAsync(signIn.System);
        return answer.StatusCode;
    }
}
