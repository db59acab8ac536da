using System.Net;
using System.Web;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>Which callbacks finish a sign-in, and where the others lead.</summary>
public sealed class CallbackTests(SharedRedis redis)
{
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
    [InlineData("login_required", "login_required")]
    [InlineData("<script>", "login_failed")]
    public async Task An_authorization_error_leads_home_with_a_code_of_our_own(string error, string code)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        var callback = await browser.SignInUpToCallbackAsync(system, returnUrl: "/page?a=1#part");
        var state = HttpUtility.ParseQueryString(callback.Query)["state"];

        var page = await browser.NavigateAsync(new Uri(system.Url,
            $"/callback?error_description=evil&state={state}&error={Uri.EscapeDataString(error)}"), typed: true);

        Assert.Equal($"{system.Spa.Origin()}/page?a=1&login_error={code}#part", page.Response.Headers.Location!.OriginalString);
        Assert.Null(browser.Cookie(The.SessionCookie));
        Assert.Equal(0, system.Pool.Requests.Grants("authorization_code"));
        var reloaded = await browser.NavigateAsync(page.Url, typed: true);
        Assert.Equal(page.Location, reloaded.Location);
    }
}
