using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Bff.Tests.Browsers;

/// <summary>What a real browser sends when a page opens a stream, and what it makes of the BFF's answer.</summary>
public sealed class StreamInChromiumTests(Chromium chromium, SharedRedis redis)
{
    /// <summary>Opens the stream at <c>url</c> and notes its messages and its end.</summary>
    private const string Open = """
        ([kind, url]) => {
          window.seen = [];
          if (kind === 'socket') {
            const socket = window.stream = new WebSocket(url.replace('http', 'ws') + '/api/socket');
            socket.onopen = () => socket.send('ping');
            socket.onmessage = () => seen.push('message');
            socket.onclose = () => seen.push('end');
          } else {
            const events = window.stream = new EventSource(url + '/api/events', { withCredentials: true });
            events.addEventListener('tick', () => seen.push('message'));
            events.onerror = () => events.readyState === EventSource.CLOSED && seen.push('end');
          }
        }
        """;

    [Theory, Row("CSR-11", "SES-11"), InlineData("socket"), InlineData("events")]
    public async Task A_page_of_the_SPA_opens_a_stream_and_signing_out_ends_it(string kind)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        await using var context = await SignedInAsync(browser);
        await using var spa = await ServeAsync(system.Spa.Origin());
        var page = await context.NewPageAsync();
        await page.GotoAsync(system.Spa.AbsoluteUri);

        await page.EvaluateAsync(Open, new[] { kind, system.Url.Origin() });
        await page.WaitForFunctionAsync("() => seen.length > 0");
        Assert.Equal("message", await page.EvaluateAsync<string>("seen[0]"));
        await browser.LogoutAsync(system);

        // An EventSource comes back once, gets 401, and does not come back.
        await page.WaitForFunctionAsync("() => seen.at(-1) === 'end'");
        Assert.Contains(system.Logs.Lines, line =>
            line.Contains($"GET /api/{{**catch-all}} {(kind == "socket" ? 101 : 401)}", StringComparison.Ordinal));
    }

    [Theory, Row("CSR-11"), InlineData("socket"), InlineData("events")]
    public async Task A_page_of_another_origin_opens_none_although_the_browser_sends_the_cookie(string kind)
    {
        await using var api = await RecordingApi.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        await using var context = await SignedInAsync(browser);
        // A sibling of the SPA, so of the same site: not even Strict withholds the cookie.
        await using var sibling = await ServeAsync($"http://localhost:{FreePort.Next()}");
        var page = await context.NewPageAsync();
        await page.GotoAsync(sibling.Urls.Single());

        await page.EvaluateAsync(Open, new[] { kind, system.Url.Origin() });
        await page.WaitForFunctionAsync("() => seen.length > 0");

        Assert.Equal(["end"], await page.EvaluateAsync<string[]>("seen"));
        Assert.Empty(api.Requests);
        Assert.Contains("refused as possibly forged: foreign origin", system.Logs.All, StringComparison.Ordinal);
    }

    private async Task<IBrowserContext> SignedInAsync(Browser browser)
    {
        var context = await chromium.NewContextAsync();
        await context.AddCookiesAsync([new() { Name = The.SessionCookie, Value = browser.Cookie(The.SessionCookie)!.Value,
            Url = "https://localhost/", Secure = true, HttpOnly = true, SameSite = SameSiteAttribute.Strict }]);
        return context;
    }

    /// <summary>A page that a server of this machine serves there: one that is made up could not reach another of this machine.</summary>
    private static async Task<WebApplication> ServeAsync(string origin)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(origin);
        app.Run(context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<!doctype html><title>page</title>");
        });
        await app.StartAsync();
        return app;
    }
}
