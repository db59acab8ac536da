using System.Net;
using System.Web;
using Bff.Tests.Hosting;

namespace Bff.Tests.Logout;

/// <summary>Signing out ends the session here and leads to the logout of the user pool.</summary>
public sealed class LogoutTests(SharedRedis redis)
{
    [Fact]
    [Row("OUT-01", "OUT-02", "OUT-04", "SES-14")]
    public async Task Signing_out_deletes_the_session_revokes_and_names_the_user_pools_logout()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var cookie = browser.Cookie(The.SessionCookie)!;

        using var answer = await browser.LogoutAsync(system);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var url = new Uri((string)(await answer.JsonAsync())["logoutUrl"]!);
        Assert.Equal(new Uri(system.Pool.DomainUrl, "/logout"), new Uri(url.GetLeftPart(UriPartial.Path)));
        var query = HttpUtility.ParseQueryString(url.Query);
        Assert.Equal(["client_id", "logout_uri"], query.AllKeys);
        Assert.Equal(system.Spa.AbsoluteUri, query["logout_uri"]);
        Assert.Matches("^__Host-bff=; max-age=0; path=/; secure; samesite=strict; httponly$",
            Assert.Single(answer.Headers.GetValues("Set-Cookie")));
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        var revocation = Assert.Single(system.Pool.Requests.Last, request => request.Path == "/oauth2/revoke");
        Assert.Equal("refresh_token", revocation.Form["token_type_hint"]);
        Assert.Equal(200, revocation.Status);
        browser.Cookies.Put(cookie);
        await (await browser.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
    }

    [Fact]
    public async Task After_the_user_pools_logout_the_next_sign_in_asks_for_the_password()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);
        Assert.True((await browser.FollowAllAsync(url => url.AbsolutePath == "/callback")).IsRedirect,
            "the pool's own session signs in silently");

        var url = (string)(await (await browser.LogoutAsync(system)).JsonAsync())["logoutUrl"]!;
        var back = await browser.NavigateAsync(new Uri(url), typed: true);

        Assert.Equal(system.Spa, back.Location);
        await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);
        var page = await browser.FollowAllAsync(location => location.AbsolutePath == "/callback");
        Assert.NotNull(page.Find("input[name=password]"));
    }

    [Fact]
    [Row("OUT-07")]
    public async Task Without_a_session_the_answer_is_the_same_and_nobody_is_called()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var first = await (await browser.LogoutAsync(system)).JsonAsync();
        system.Pool.Requests.Clear();

        using var again = await browser.LogoutAsync(system);

        Assert.Equal(first.ToJsonString(), (await again.JsonAsync()).ToJsonString());
        Assert.Equal(0, system.Pool.Requests.Count("/oauth2/revoke"));
    }

    [Fact]
    [Row("OUT-06")]
    public async Task A_form_is_redirected_and_needs_an_allowed_origin_instead_of_the_header()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

        async Task<HttpResponseMessage> PostAsync(string? origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post,
                new Uri(system.Url, "/logout"))
            { Content = new FormUrlEncodedContent([]) };
            request.Headers.Add("Cookie", $"{The.SessionCookie}={browser.Cookie(The.SessionCookie)!.Value}");
            if (origin is not null) request.Headers.Add("Origin", origin);
            return await client.SendAsync(request, TestContext.Current.CancellationToken);
        }

        await (await PostAsync(null)).ProblemAsync(HttpStatusCode.Forbidden, "csrf");
        await (await PostAsync("https://evil.example")).ProblemAsync(HttpStatusCode.Forbidden, "csrf");
        await (await PostAsync("null")).ProblemAsync(HttpStatusCode.Forbidden, "csrf");
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        using var done = await PostAsync(system.Spa.Origin());

        Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);
        Assert.Equal("/logout", done.Headers.Location!.AbsolutePath);
        await (await browser.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
    }

    [Fact]
    [Row("OUT-04")]
    public async Task An_OpenID_Connect_provider_gets_the_form_of_its_own_specification()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Oidc:Provider", "oidc")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        var url = new Uri((string)(await (await browser.LogoutAsync(system)).JsonAsync())["logoutUrl"]!);

        var query = HttpUtility.ParseQueryString(url.Query);
        Assert.Equal(["id_token_hint", "client_id", "post_logout_redirect_uri"], query.AllKeys);
        Assert.Equal(system.Spa.AbsoluteUri, query["post_logout_redirect_uri"]);
    }

    [Theory]
    [Row("OUT-06")]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Only_a_POST_signs_out(string method)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        // From the BFF's own origin: elsewhere the preflight already says no.
        using var answer = await browser.FetchAsync(system.Url, new HttpMethod(method),
            new Uri(system.Url, "/logout?returnUrl=https://evil.example"), [("X-CSRF", "1")]);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["POST"], answer.Content.Headers.Allow);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }
}
