using System.Net;
using System.Web;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Flows;

public sealed class SignInTests(SharedRedis redis)
{
    [Fact, Row("RED-18", "CB-20")]
    public async Task A_person_who_signs_in_comes_back_to_where_they_were()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();

        var done = await browser.SignInAsync(system, returnUrl: "/orders?x=%2F%2Fz&y=1#top");

        Assert.Equal(system.Spa.Origin() + "/orders?x=%2F%2Fz&y=1#top", done.Response.Headers.Location!.OriginalString);
        var me = await (await browser.MeAsync(system)).JsonAsync();
        Assert.Equal(The.Alice, (string?)me["claims"]!["email"]);
    }

    [Fact, Row("LGN-01", "LGN-13")]
    public async Task The_authorization_request_is_the_one_of_the_specification()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();

        var page = await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);

        Assert.Equal(HttpStatusCode.Found, page.Status);
        Assert.Equal(new Uri(system.Pool.DomainUrl, "/oauth2/authorize"), new Uri(page.Location.GetLeftPart(UriPartial.Path)));
        var query = HttpUtility.ParseQueryString(page.Location.Query);
        Assert.Equal(["response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method"], query.AllKeys);
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
            "/login?prompt=login&loginHint=a%40b&identityProvider=Google&lang=ja&maxAge=60&client_id=evil&redirect_uri=https://evil&scope=admin&state=x&nonce=x&response_type=token&resource=x"), typed: true);

        var query = HttpUtility.ParseQueryString(page.Location.Query);
        Assert.Equal(["login", "a@b", "Google", "ja", "60"], new[] { "prompt", "login_hint", "identity_provider", "lang", "max_age" }.Select(name => query[name]));
        Assert.DoesNotContain("evil", page.Location.AbsoluteUri, StringComparison.Ordinal);
        Assert.Null(query["resource"]);
        Assert.Equal("code", query["response_type"]);
    }

    [Fact]
    public async Task A_program_gets_the_URL_as_JSON_with_the_same_cookie()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();

        using var answer = await browser.FetchAsync(system.Url, HttpMethod.Get, new Uri(system.Url, "/login?returnUrl=/swagger/"), [("Accept", "application/json")]);

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

    [Fact, Row("SES-01", "SES-15")]
    public async Task The_session_cookie_is_strict_and_no_script_reads_it()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();

        var page = await browser.SignInAsync(system);

        var line = Assert.Single(page.Response.Headers.GetValues("Set-Cookie"));
        Assert.Matches("^__Host-bff=[A-Za-z0-9_-]+; path=/; secure; samesite=strict; httponly$", line);
        Assert.True(line.Length < 400, $"{line.Length} characters");
    }

    [Fact, Row("CB-03")]
    public async Task A_callback_that_this_browser_replays_leads_where_it_led_and_redeems_nothing()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        var callback = await browser.SignInUpToCallbackAsync(system, returnUrl: "/here");
        await browser.FollowAsync();

        var again = await browser.NavigateAsync(callback, typed: true);

        Assert.Equal(system.Spa.Origin() + "/here", again.Location.AbsoluteUri);
        Assert.False(again.Response.Headers.Contains("Set-Cookie"));
        Assert.Equal(1, system.Pool.Requests.Grants("authorization_code"));
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    [Fact, Row("CB-04", "OPS-03")]
    public async Task Twenty_replays_at_once_over_two_instances_redeem_one_code()
    {
        await using var system = await BffSystem.StartAsync(redis);
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        var callback = await browser.SignInUpToCallbackAsync(system);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(i % 2 == 0 ? system.Url : other, callback.PathAndQuery));
            request.Headers.Add("Cookie", $"{The.LoginCookie}={browser.Cookie(The.LoginCookie)!.Value}");
            return await client.SendAsync(request, TestContext.Current.CancellationToken);
        }));

        Assert.Equal(1, system.Pool.Requests.Grants("authorization_code"));
        Assert.All(answers, answer => Assert.Equal(system.Spa.AbsoluteUri, answer.Headers.Location?.AbsoluteUri));
        Assert.Single(answers, answer => answer.Headers.Contains("Set-Cookie"));
        Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
    }

    [Fact, Row("CB-02")]
    public async Task Another_browsers_callback_gets_a_page_and_consumes_nothing()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        using var stranger = system.Browser();
        var callback = await browser.SignInUpToCallbackAsync(system);
        await stranger.NavigateAsync(new Uri(system.Url, "/login"), typed: true);

        var refused = await stranger.NavigateAsync(callback, typed: true);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal("text/html", refused.Response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(system.Url.Origin() + "/login", refused.Find("a").GetAttribute("href"));
        Assert.Contains("login_expired", refused.Says, StringComparison.Ordinal);
        Assert.Null(stranger.Cookie(The.SessionCookie));
        Assert.Equal(0, system.Pool.Requests.Grants("authorization_code"));
        Assert.Equal(system.Spa, (await browser.FollowAsync()).Location);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    [Theory, Row("CB-01", "CB-17")]
    [InlineData("/callback")]
    [InlineData("/callback?code=abc")]
    [InlineData("/callback?code=abc&state=")]
    [InlineData("/callback?code=abc&state=unknown")]
    [InlineData("/callback?error=access_denied")]
    [InlineData("/callback?error=access_denied&state=unknown&error_description=%3Cscript%3E")]
    public async Task A_callback_that_belongs_to_no_sign_in_gets_a_page_without_an_echo(string path)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        var page = await browser.NavigateAsync(new Uri(system.Url, path), typed: true);

        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.DoesNotContain("<script", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("unknown", page.Text, StringComparison.Ordinal);
        Assert.Equal(1, system.Pool.Requests.Grants("authorization_code"));
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    [Fact, Row("CB-01")]
    public async Task A_callback_with_a_repeated_parameter_is_refused_and_consumes_nothing()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        var callback = await browser.SignInUpToCallbackAsync(system);

        var refused = await browser.NavigateAsync(new Uri(callback.AbsoluteUri + "&code=other"), typed: true);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(0, system.Pool.Requests.Grants("authorization_code"));
        Assert.Equal(system.Spa, (await browser.NavigateAsync(callback, typed: true)).Location);
    }

    [Fact, Row("CB-05")]
    public async Task A_sign_in_that_took_too_long_offers_to_begin_again()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        var callback = await browser.SignInUpToCallbackAsync(system);

        system.Time.Advance(TimeSpan.FromMinutes(14) + TimeSpan.FromSeconds(59));
        // The cookie is as old as the sign-in; a browser that kept it longer must not matter.
        browser.Cookies.Put(browser.Cookie(The.LoginCookie)! with { ExpiresAt = null });
        system.Time.Advance(TimeSpan.FromSeconds(2));
        var late = await browser.NavigateAsync(callback, typed: true);

        Assert.Equal(HttpStatusCode.BadRequest, late.Status);
        Assert.Contains("login_expired", late.Says, StringComparison.Ordinal);
        Assert.Equal(0, system.Pool.Requests.Grants("authorization_code"));
    }

    [Theory, Row("CB-16")]
    [InlineData("access_denied", "access_denied")]
    [InlineData("server_error", "provider_unavailable")]
    [InlineData("temporarily_unavailable", "provider_unavailable")]
    [InlineData("login_required", "login_failed")]
    [InlineData("<script>", "login_failed")]
    public async Task An_authorization_error_leads_home_with_a_code_of_our_own(string error, string code)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        var callback = await browser.SignInUpToCallbackAsync(system, returnUrl: "/page?a=1#part");
        var state = HttpUtility.ParseQueryString(callback.Query)["state"];

        var page = await browser.NavigateAsync(new Uri(system.Url, $"/callback?error_description=evil&state={state}&error={Uri.EscapeDataString(error)}"), typed: true);

        Assert.Equal($"{system.Spa.Origin()}/page?a=1&login_error={code}#part", page.Response.Headers.Location!.OriginalString);
        Assert.Null(browser.Cookie(The.SessionCookie));
        Assert.Equal(0, system.Pool.Requests.Grants("authorization_code"));
        var reloaded = await browser.NavigateAsync(page.Url, typed: true);
        Assert.Equal(page.Location, reloaded.Location);
    }

    [Fact, Row("CB-07")]
    public async Task Two_tabs_sign_in_side_by_side_and_finish_in_either_order()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        var first = await browser.SignInUpToCallbackAsync(system, returnUrl: "/first");
        var second = await browser.SignInUpToCallbackAsync(system, returnUrl: "/second");

        var secondDone = await browser.NavigateAsync(second, typed: true);
        var firstDone = await browser.NavigateAsync(first, typed: true);

        Assert.Equal("/second", secondDone.Location.AbsolutePath);
        Assert.Equal("/first", firstDone.Location.AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        // The session of the tab that was first has no cookie any more: it must not live on with its refresh token.
        Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        Assert.Equal(1, system.Pool.Requests.Count("/oauth2/revoke"));
    }

    [Fact, Row("LGN-09", "CB-23")]
    public async Task Signing_in_again_ends_the_session_the_browser_had()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var former = browser.Cookie(The.SessionCookie)!;
        var begun = await browser.SignInUpToCallbackAsync(system);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);

        await browser.NavigateAsync(begun, typed: true);

        Assert.NotEqual(former.Value, browser.Cookie(The.SessionCookie)!.Value);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        Assert.Equal(1, system.Pool.Requests.Count("/oauth2/revoke"));
        browser.Cookies.Put(former);
        await (await browser.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
        Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
    }

    [Fact, Row("LGN-09")]
    public async Task A_sign_in_that_fails_leaves_the_session_the_browser_had()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        await browser.SignInUpToCallbackAsync(system);
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 500 });

        var page = await browser.FollowAsync();

        Assert.Contains("login_error=provider_unavailable", page.Location.Query, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    [Theory, Row("TOK-01")]
    [InlineData("client_secret_post")]
    [InlineData("client_secret_basic")]
    public async Task The_code_is_redeemed_with_one_client_authentication_and_the_verifier(string authentication)
    {
        await using var system = await BffSystem.StartAsync(redis, [("Oidc:ClientAuthentication", authentication)]);
        using var browser = system.Browser();

        await browser.SignInAsync(system);

        var request = Assert.Single(system.Pool.Requests.TokenRequests);
        Assert.Equal("authorization_code", request.GrantType);
        Assert.Equal(system.Url.Origin() + "/callback", request.Form["redirect_uri"]);
        Assert.Equal(43, request.Form["code_verifier"].Length);
        Assert.Equal("", request.Query);
        Assert.Equal(authentication == "client_secret_basic", request.Headers.ContainsKey("Authorization"));
        Assert.Equal(authentication == "client_secret_post", request.Form.ContainsKey("client_secret"));
    }

    [Theory]
    [InlineData("nonce", "\"other\"")]
    [InlineData("nonce", null)]
    [InlineData("aud", "\"other\"")]
    [InlineData("iss", "\"https://evil.example\"")]
    [InlineData("token_use", "\"access\"")]
    [InlineData("at_hash", "\"AAAAAAAAAAAAAAAAAAAAAA\"")]
    [InlineData("exp", "1")]
    [InlineData("sub", "7")]
    public async Task An_ID_token_that_is_wrong_signs_nobody_in_and_its_refresh_token_is_revoked(string claim, string? value)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInUpToCallbackAsync(system);
        system.Pool.Faults.Plan = new FaultPlan { IdToken = new() { [claim] = value is null ? null : System.Text.Json.Nodes.JsonNode.Parse(value) } };

        var page = await browser.FollowAsync();

        Assert.Contains("login_error=login_failed", page.Location.Query, StringComparison.Ordinal);
        Assert.Null(browser.Cookie(The.SessionCookie));
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        Assert.Equal(1, system.Pool.Requests.Count("/oauth2/revoke"));
    }

    [Fact]
    public async Task Keys_rotated_just_before_a_sign_in_are_read_anew()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        system.Pool.Keys.Rotate();
        system.Time.Advance(TimeSpan.FromSeconds(31));
        using var second = system.Browser();
        await second.SignInAsync(system);

        Assert.Equal(HttpStatusCode.OK, (await second.MeAsync(system)).StatusCode);
    }

    [Fact, Row("LGN-10")]
    public async Task One_login_of_an_address_too_many_in_a_minute_must_wait()
    {
        await using var system = await BffSystem.StartAsync(redis, [("RateLimit:LoginsPerMinute", "3")]);
        using var browser = system.Browser();
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.Found, (await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true)).Status);
        var keys = system.Keys().Count;

        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var refused = await client.GetAsync(new Uri(system.Url, "/login"), TestContext.Current.CancellationToken);

        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(keys, system.Keys().Count);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.MeAsync(system)).StatusCode);
    }

    [Fact, Row("CB-23")]
    public async Task A_former_session_that_cannot_be_ended_does_not_undo_the_new_one()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        await browser.SignInUpToCallbackAsync(system);
        // Redis refuses to read a record of another type as a session.
        var former = Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        await system.Redis.KeyDeleteAsync(former);
        await system.Redis.StringSetAsync(former, "no session");

        var page = await browser.FollowAsync();

        Assert.Equal(system.Spa, page.Location);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        Assert.Equal(0, system.Pool.Requests.Count("/oauth2/revoke"));
    }
}
