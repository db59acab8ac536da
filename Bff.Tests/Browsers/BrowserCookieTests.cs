using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Bff.Tests.Browsers;

/// <summary>What a real browser does with the cookies, and with what it was shown before.</summary>
public sealed class BrowserCookieTests(Chromium chromium, SharedRedis redis)
{
    [Fact, Row("SES-02", "SES-14")]
    public async Task A_browser_drops_the_cookie_after_sign_out_invalid_grant_and_expiry()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "04:00:00")]);
        await using var spa = await PageAsync(system.Spa);
        var page = await OpenAsync();
        var context = page.Context;
        await using var _ = context;

        await SignInAsync(system, page);
        Assert.Equal(200, await StatusAsync(system, page, "GET", "/me"));
        Assert.Equal(200, await StatusAsync(system, page, "POST", "/logout"));
        await AssertDroppedAsync(system, context, page);

        await SignInAsync(system, page);
        system.Time.Advance(TimeSpan.FromMinutes(5));
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 400, Body = """{"error":"invalid_grant"}""" });
        Assert.Equal(401, await StatusAsync(system, page, "POST", "/refresh"));
        system.Pool.Faults.Clear();
        await AssertDroppedAsync(system, context, page);

        system.Pool.Faults.Plan = new FaultPlan { TokenAnswer = new() { ["refresh_token"] = null } };
        await SignInAsync(system, page);
        system.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(401, await StatusAsync(system, page, "GET", "/api/hello"));
        await AssertDroppedAsync(system, context, page);
    }

    [Fact, Row("OUT-10")]
    public async Task After_signing_out_no_page_comes_from_a_cache_or_the_history()
    {
        await using var system = await BffSystem.StartAsync(redis);
        await using var spa = await PageAsync(system.Spa);
        var page = await OpenAsync();
        var context = page.Context;
        await using var _ = context;
        await SignInAsync(system, page);
        var second = await context.NewPageAsync();
        await second.GotoAsync(system.Spa.AbsoluteUri);
        Assert.Equal(200, await StatusAsync(system, page, "GET", "/me"));
        Assert.Equal(200, await StatusAsync(system, second, "GET", "/me"));

        Assert.Equal(200, await StatusAsync(system, page, "POST", "/logout"));
        await page.GotoAsync(system.Spa + "signed-out");
        await page.GoBackAsync();

        foreach (var tab in (IPage[])[page, second])
        {
            foreach (var cache in (string[])["default", "force-cache", "reload"])
                Assert.Equal(401, await StatusAsync(system, tab, "GET", "/me", cache));
            Assert.Equal(401, await StatusAsync(system, tab, "GET", "/api/hello", "force-cache"));
        }
    }

    [Fact, Row("ME-05", "OUT-06")]
    public async Task A_page_of_another_site_neither_reads_who_is_signed_in_nor_signs_out()
    {
        await using var system = await BffSystem.StartAsync(redis);
        await using var spa = await PageAsync(system.Spa);
        var page = await OpenAsync();
        var context = page.Context;
        await using var _ = context;
        await SignInAsync(system, page);
        // Another site to the browser: localhost's cookies are not for 127.0.0.1's pages.
        var origin = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        await using var theirs = await PageAsync(origin);
        var evil = await context.NewPageAsync();
        await evil.GotoAsync(origin.AbsoluteUri);
        var answers = new List<int>();
        evil.Response += (_, response) => answers.Add(response.Status);

        var heard = await evil.EvaluateAsync<string>("""
            async bff => {
              const heard = [];
              const say = async (what, act) => { try { heard.push(what + ' ' + await act()); } catch { heard.push(what + ' blocked'); } };
              await say('cors', async () => (await fetch(bff + 'me', { credentials: 'include', headers: { 'X-CSRF': '1' } })).status);
              await say('no-cors', async () => (await (await fetch(bff + 'me', { mode: 'no-cors', credentials: 'include' })).text()).length);
              await say('post', async () => (await (await fetch(bff + 'logout', { method: 'POST', mode: 'no-cors', credentials: 'include' })).text()).length);
              for (const [name, attribute] of [['img', 'src'], ['script', 'src'], ['link', 'href'], ['iframe', 'src']]) {
                const element = document.createElement(name);
                if (name === 'link') element.rel = 'prefetch';
                element[attribute] = bff + 'logout';
                document.body.append(element);
              }
              return heard.join(', ');
            }
            """, system.Url.AbsoluteUri);
        var posted = await evil.RunAndWaitForResponseAsync(
            () => evil.EvaluateAsync("bff => { const form = Object.assign(document.createElement('form'), { method: 'POST', action: "
                + "bff + 'logout' }); document.body.append(form); form.submit(); }", system.Url.AbsoluteUri),
            response => response.Request.IsNavigationRequest && response.Request.Method == "POST");

        Assert.Equal("cors blocked, no-cors blocked, post blocked", heard);
        Assert.Equal(403, posted.Status);
        Assert.DoesNotContain(answers, status => status is >= 200 and < 400);
        Assert.Equal(200, await StatusAsync(system, page, "GET", "/me"));
        Assert.Equal(0, system.Pool.Requests.Count("/oauth2/revoke"));
    }

    private async Task<IPage> OpenAsync()
    {
        var context = await chromium.NewContextAsync();
        return await context.NewPageAsync();
    }

    /// <summary>An origin that serves an empty page: what its scripts would do the test does through it.</summary>
    private static async Task<WebApplication> PageAsync(Uri origin)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(origin.Origin());
        app.MapFallback(() => Results.Content("<!doctype html><title>a page</title>", "text/html"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static async Task SignInAsync(BffSystem system, IPage page)
    {
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync(new Uri(system.Url, "/login").AbsoluteUri);
        await page.FillAsync("input[name=username]", The.Alice);
        await page.FillAsync("input[name=password]", The.Password);
        await page.ClickAsync("button[type=submit]");
        await page.WaitForURLAsync(system.Spa.AbsoluteUri);
        Assert.Contains(await page.Context.CookiesAsync(), cookie => cookie.Name == The.SessionCookie);
    }

    private static Task<int> StatusAsync(BffSystem system, IPage page, string method, string path, string cache = "default") =>
        page.EvaluateAsync<int>(
        "async ([url, method, cache]) => (await fetch(url, { method, cache, credentials: 'include', headers: { 'X-CSRF': '1' } "
            + "})).status", new[] { new Uri(system.Url, path).AbsoluteUri, method, cache });

    private static async Task AssertDroppedAsync(BffSystem system, IBrowserContext context, IPage page)
    {
        Assert.DoesNotContain(await context.CookiesAsync(), cookie => cookie.Name == The.SessionCookie);
        Assert.Equal(401, await StatusAsync(system, page, "GET", "/me"));
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
    }
}
