using System.Net;
using System.Web;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;
using Bff.Tests.Sessions;

namespace Bff.Tests.Security;

/// <summary>One walk through everything the BFF does, well and badly, that remembers every secret that was under way.</summary>
internal sealed class CanaryTour(BffSystem system, RedisServer redis) : IDisposable
{
    public const string ManagementKey = "canary-management-key";

    private const string Echo = """{"error":"invalid_grant","error_description":"the reason","hint":"canary-hint"}""";

    private readonly Answers answers = new(system.Url);
    private readonly HashSet<string> secrets = [The.Password];

    public string Answers => answers.All;

    public string Stored { get; private set; } = "";

    public string Metrics { get; private set; } = "";

    public IEnumerable<string> Secrets()
    {
        var sent = system.Pool.Requests.Last.SelectMany(request =>
            ((string[])["code", "code_verifier", "client_secret", "refresh_token", "token"])
            .Select(name => request.Form.GetValueOrDefault(name))).OfType<string>();
        var pages = system.Pool.Requests.Last.Select(request => HttpUtility.ParseQueryString(request.Query))
            .SelectMany(query => new[] { query["state"], query["nonce"] }).OfType<string>();
        return [.. secrets, .. sent, .. pages];
    }

    public async Task TakeAsync()
    {
        using var browser = new Browser(system.Time, answers);
        await FailToSignInAsync(browser);
        await SignInAsync(browser);
        await UseAsync(browser);
        await MisuseAsync(browser);
        await LoseTheProviderAsync(browser);
        Stored = (await RedisCopy.OfAsync(system)).All;
        await LoseRedisAsync(browser);
        await browser.LogoutAsync(system);
        // The last tokens' turn to be sent, and so to be known.
        await SignInAsync(browser);
        await BeEndedFromElsewhereAsync(browser);
        await SignInAsync(browser);
        system.Pool.Faults.On("/oauth2/revoke", new EndpointFault { Status = 500, Body = Echo });
        await browser.LogoutAsync(system);
        system.Pool.Faults.Clear();
        Metrics = (await RawAnswer.ToAsync(system.Management, "GET /metrics HTTP/1.1", [])).Text;
        await StartWithoutProviderAsync(browser);
    }

    public void Dispose() => answers.Dispose();

    private async Task FailToSignInAsync(Browser browser)
    {
        var callback = await browser.SignInUpToCallbackAsync(system, returnUrl: "/canary-return-url");
        await browser.NavigateAsync(new Uri(system.Url, "/callback?code=canary-code&state=canary-state&error_description=canary-words"),
            typed: true);
        using var stranger = new Browser(system.Time, answers);
        await stranger.NavigateAsync(callback, typed: true);
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 400, Body = Echo });
        await browser.NavigateAsync(callback, typed: true);
        system.Pool.Faults.Clear();
        foreach (var spoilt in (FaultPlan[])[new() { IdToken = new() { ["nonce"] = "canary-nonce" } },
            new() { IdToken = new() { ["sub"] = new System.Text.Json.Nodes.JsonArray("canary-sub") } }, new() { UnpublishedKey = true },
        new() { TokenAnswer = new() { ["access_token"] = "canary\r\naccess" } }])
        {
            await browser.SignInUpToCallbackAsync(system);
            system.Pool.Faults.Plan = spoilt;
            await browser.FollowAsync();
            system.Pool.Faults.Clear();
            system.Time.Advance(TimeSpan.FromSeconds(40));
        }
        await browser.NavigateAsync(new Uri(system.Url, "/login?returnUrl=https://canary.example/&loginHint=canary-hint"), typed: true);
    }

    private async Task SignInAsync(Browser browser)
    {
        await browser.SignInAsync(system, returnUrl: "/canary-return-url");
        foreach (var name in (string[])[The.SessionCookie, The.LoginCookie]) secrets.Add(browser.Cookie(name)!.Value);
    }

    private async Task UseAsync(Browser browser)
    {
        await browser.MeAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        await browser.CallAsync(system, HttpMethod.Get, "/api/hello?canary-query=1");
        await browser.CallAsync(system, HttpMethod.Get, "/sessions?canary-query=1");
        await browser.CallAsync(system, HttpMethod.Delete, "/sessions/no-such-session");
        await browser.FetchAsync(system.Spa, HttpMethod.Post, new Uri(system.Url, "/api/nothing?x=canary-query"),
            [("X-CSRF", "1"), ("X-Custom", "canary-header"), ("User-Agent", "canary-agent")], new StringContent("canary-body"));
    }

    private async Task MisuseAsync(Browser browser)
    {
        var cookie = browser.Cookie(The.SessionCookie)!;
        browser.Cookies.Put(cookie with { Value = cookie.Value[..^9] + "canary-xx" });
        await browser.MeAsync(system);
        browser.Cookies.Put(cookie);
        string[] headers = [$"Cookie: {The.SessionCookie}={cookie.Value}", "X-CSRF: 1",
            "Referer: https://canary.example/?code=canary-referer", "Authorization: Bearer canary-bearer"];
        foreach (var line in (string[])["GET /me?canary=1 HTTP/1.1", "GET /canary-path?code=canary-code HTTP/1.1", "PUT /me HTTP/1.1",
            "CANARY /me HTTP/1.1", "GET /callback?code=canary-code HTTP/9.9", "GET /callback?state=canary state HTTP/1.1",
        "GET /api/..%5ccanary HTTP/1.1"])
            await RawHttp.SendAsync(system.Url, line, headers);
        foreach (var header in (string[])["canary header without a colon", "Origin: https://foreign.example"])
            await RawHttp.SendAsync(system.Url, "GET /me HTTP/1.1", [.. headers, header]);
        await RawHttp.SendAsync(system.Url, "POST /logout HTTP/1.1",
            [.. headers, "Origin: https://foreign.example", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 6"],
        "canary");
    }

    private async Task LoseTheProviderAsync(Browser browser)
    {
        foreach (var fault in (EndpointFault[])[new() { Status = 500, Body = Echo }, new() { DropRequest = true },
            new() { Status = 200, Body = "canary" }])
        {
            system.Pool.Faults.On("/oauth2/token", fault);
            system.Time.Advance(TimeSpan.FromMinutes(2));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await browser.RefreshAsync(system)).StatusCode);
        }
        system.Pool.Faults.Clear();
    }

    private async Task LoseRedisAsync(Browser browser)
    {
        var callback = await browser.SignInUpToCallbackAsync(system, returnUrl: "/canary-return-url");
        await redis.StopAsync();
        foreach (var (method, path) in new[] { (HttpMethod.Get, "/me"), (HttpMethod.Post, "/refresh"),
            (HttpMethod.Get, "/api/hello?canary") }) await browser.CallAsync(system, method, path);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await browser.NavigateAsync(callback, typed: true)).Status);
        await redis.StartAsync();
        await Poll.UntilAsync(async () => (await browser.MeAsync(system)).StatusCode == HttpStatusCode.OK);
    }

    private async Task BeEndedFromElsewhereAsync(Browser browser)
    {
        using var operations = new HttpClient(answers, disposeHandler: false);
        using var socket = await OpenStream.SocketAsync(system, browser, path: "/api/socket?canary-query=1");
        using var page = await PageEvents.OpenAsync(system, browser, lastEventId: "canary-event-id");
        var subject = (string)(await (await browser.MeAsync(system)).JsonAsync())["sub"]!;
        await RawHttp.SendAsync(system.Url, "POST /backchannel-logout?canary-query=1 HTTP/1.1",
            ["Content-Type: application/x-www-form-urlencoded", "Content-Length: 19"], "logout_token=canary");
        foreach (var (key, body) in new[] { ("canary-wrong-key", "{}"), (ManagementKey, """{"sub":["canary"]}"""), (ManagementKey, $$"""{"sub":"{{subject}}"}""") })
        {
            using var revocation = new HttpRequestMessage(HttpMethod.Post, new Uri(system.Management, "/revocations"));
            revocation.Content = new StringContent(body, null, "application/json");
            revocation.Headers.Authorization = new("Bearer", key);
            await operations.SendAsync(revocation, TestContext.Current.CancellationToken);
        }
        await socket.IsCutAsync();
        await page.NextAsync("session-refreshed");
        Assert.Equal("revoked", (string?)(await page.NextAsync("session-ended"))["reason"]);
    }

    private async Task StartWithoutProviderAsync(Browser browser)
    {
        system.Pool.Faults.On("/.well-known/openid-configuration", new EndpointFault { Status = 500, Body = "canary" });
        await system.RestartAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable,
            (await browser.NavigateAsync(new Uri(system.Url, "/login?returnUrl=/canary"), typed: true)).Status);
        system.Pool.Faults.Clear();
    }
}
