using System.Net;
using System.Web;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>How a sign-in begins: what the user pool is asked, what the browser keeps, and which requests begin none.</summary>
public sealed class BegunSignInTests(SharedRedis redis)
{
    [Fact, Row("LGN-01", "LGN-13")]
    public async Task The_authorization_request_is_the_one_of_the_specification()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();

        var page = await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);

        Assert.Equal(HttpStatusCode.Found, page.Status);
        Assert.Equal(new Uri(system.Pool.DomainUrl, "/oauth2/authorize"), new Uri(page.Location.GetLeftPart(UriPartial.Path)));
        var query = HttpUtility.ParseQueryString(page.Location.Query);
        Assert.Equal(["response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
            "code_challenge_method"], query.AllKeys);
        Assert.Equal("code", query["response_type"]);
        Assert.Equal(system.Pool.Options.Clients[0].ClientId, query["client_id"]);
        Assert.Equal(system.Url.Origin() + "/callback", query["redirect_uri"]);
        Assert.Equal("openid email phone", query["scope"]);
        Assert.Equal("S256", query["code_challenge_method"]);
        Assert.Equal([43, 43, 43], new[] { "state", "nonce", "code_challenge" }.Select(name => query[name]!.Length));
    }

    [Fact, Row("LGN-04")]
    public async Task Hints_reach_the_user_pool_by_its_own_names_and_nothing_else_does()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();

        var page = await browser.NavigateAsync(new Uri(system.Url,
            "/login?prompt=login&loginHint=a%40b&identityProvider=Google&lang=ja&maxAge=60"
            + "&client_id=evil&redirect_uri=https://evil&scope=admin&state=x&nonce=x&response_type=token&resource=x"), typed: true);

        var query = HttpUtility.ParseQueryString(page.Location.Query);
        Assert.Equal(["login", "a@b", "Google", "ja", "60"],
            new[] { "prompt", "login_hint", "identity_provider", "lang", "max_age" }.Select(name => query[name]));
        Assert.DoesNotContain("evil", page.Location.AbsoluteUri, StringComparison.Ordinal);
        Assert.Null(query["resource"]);
        Assert.Equal("code", query["response_type"]);
    }

    [Fact]
    public async Task A_program_gets_the_URL_as_JSON_with_the_same_cookie()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();

        using var answer = await browser.FetchAsync(system.Url, HttpMethod.Get, new Uri(system.Url, "/login?returnUrl=/swagger/"),
            [("Accept", "application/json")]);

        var url = new Uri((string)(await answer.JsonAsync())["authorizationUrl"]!);
        Assert.NotNull(browser.Cookie(The.LoginCookie));
        await browser.NavigateAsync(url, typed: true);
        var page = await browser.FollowAllAsync();
        await browser.SubmitAsync(page.Form, ("username", The.Alice), ("password", The.Password));
        var done = await browser.FollowAllAsync(location => location.AbsolutePath.StartsWith("/swagger", StringComparison.Ordinal));
        Assert.Equal(system.Url.Origin() + "/swagger/", done.Location.AbsoluteUri);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    [Theory, Row("LGN-08", "LGN-14")]
    [InlineData("Sec-Purpose", "prefetch", HttpStatusCode.NoContent)]
    [InlineData("Sec-Purpose", "prefetch;prerender", HttpStatusCode.NoContent)]
    [InlineData("Sec-Fetch-Dest", "image", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Dest", "iframe", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Dest", "empty", HttpStatusCode.Forbidden)]
    public async Task A_prefetch_or_an_embedded_load_begins_nothing(string header, string value, HttpStatusCode expected)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(system.Url, "/login"));
        request.Headers.Add(header, value);

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":signin", StringComparison.Ordinal));
    }

    [Fact, Row("LGN-07")]
    public async Task The_login_cookie_is_bound_to_the_host_and_comes_back_from_the_user_pool()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();

        var page = await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);

        var line = Assert.Single(page.Response.Headers.GetValues("Set-Cookie"));
        Assert.Matches("^__Host-bff-login=[A-Za-z0-9_-]+; max-age=900; path=/; secure; samesite=lax; httponly$", line);
    }

    [Fact, Row("LGN-10")]
    public async Task One_login_of_an_address_too_many_in_a_minute_must_wait()
    {
        await using var system = await BffSystem.StartAsync(redis, [("RateLimit:LoginsPerMinute", "3")]);
        using var browser = system.Browser();
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.Found, (await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true)).Status);
        var keys = system.Keys().Count;

        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var refused = await client.GetAsync(new Uri(system.Url, "/login"), TestContext.Current.CancellationToken);

        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(keys, system.Keys().Count);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.MeAsync(system)).StatusCode);
    }
}
