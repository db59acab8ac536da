using System.Net.Http.Json;
using Bff.Local;
using Bff.Tests.Hosting;
using Microsoft.Playwright;

namespace Bff.Tests.Local;

/// <summary><c>bff.js</c> in an app that signs in by itself, with the real BFF and the local user pool.</summary>
public sealed class ModuleWithBffTests(Chromium chromium)
{
    private readonly LocalPorts ports = new();

    [Theory]
    [InlineData("/app")]
    [InlineData("/app?x=1#/orders?y=2")]
    public async Task Under_StrictMode_a_failing_token_endpoint_leads_to_one_sign_in_and_a_message(string path)
    {
        await using var context = await chromium.NewContextAsync();
        await using var system = await StartAsync();
        var logins = await EmbeddedModule.ServeAsync(context, ports.Bff);
        using var remote = new HttpClient();
        var endpoints = new Dictionary<string, object> { ["/oauth2/token"] = new { status = 503 } };
        using var fault = await remote.PutAsJsonAsync(
            new Uri(new Uri(ports.Issuer), "/faults"), new { endpoints }, TestContext.Current.CancellationToken);
        fault.EnsureSuccessStatusCode();
        var page = await context.NewPageAsync();

        await page.GotoAsync(ports.Spa + path);
        await SignInAsync(page, system);

        await page.ShowsAsync("failed provider_unavailable");
        Assert.Equal(ports.Spa + path, page.Url);
        Assert.Equal([ports.Spa + path], logins);
    }

    [Fact]
    public async Task The_back_button_after_a_sign_in_begins_no_other_one()
    {
        await using var context = await chromium.NewContextAsync();
        await using var system = await StartAsync();
        var logins = await EmbeddedModule.ServeAsync(context, ports.Bff);
        var page = await context.NewPageAsync();
        await page.GotoAsync(ports.Spa + "/health");

        await page.GotoAsync(ports.Spa + "/app");
        await SignInAsync(page, system);
        await Assertions.Expect(page.Locator("li").Last).ToContainTextAsync("signed in");
        // The automatic sign-in took the place of the page that began it.
        while (!page.Url.EndsWith("/health", StringComparison.Ordinal)) await page.GoBackAsync();
        await page.GotoAsync(ports.Spa + "/app");

        await Assertions.Expect(page.Locator("li").Last).ToContainTextAsync("signed in");
        Assert.Equal([ports.Spa + "/app"], logins);
    }

    [Fact]
    public async Task A_page_from_the_back_forward_cache_shows_the_session_of_now()
    {
        await using var usual = await chromium.NewContextAsync();
        await using var system = await StartAsync();
        // Playwright switches the cache off by default.
        await using var browser = await usual.Browser!.BrowserType.LaunchAsync(new()
        {
            ExecutablePath = Chromium.ExecutablePath,
            Args = ["--no-sandbox", "--disable-gpu"],
            IgnoreDefaultArgs = ["--disable-back-forward-cache"],
        });
        await using var context = await browser.NewContextAsync();
        var logins = await EmbeddedModule.ServeAsync(context, ports.Bff, automatic: false);
        var page = await context.NewPageAsync();
        await page.GotoAsync(ports.Spa + "/app");
        await page.ShowsAsync("signed out ");
        await page.EvaluateAsync("addEventListener('pageshow', event => window.fromCache = event.persisted)");

        await page.EvaluateAsync("bff.signIn()");
        await SignInAsync(page, system);
        await Assertions.Expect(page.Locator("li").Last).ToContainTextAsync("signed in");
        await page.EvaluateAsync("history.go(-2)");

        await page.WaitForFunctionAsync("window.fromCache === true");
        await Assertions.Expect(page.Locator("li").Last).ToContainTextAsync("signed in");
        Assert.Single(logins);
    }

    private Task<LocalSystem> StartAsync()
    {
        string[] carol = ["--UserPool:Users:2:Username=carol@example.com", $"--UserPool:Users:2:Password={The.Password}"];
        return LocalSystem.StartAsync(new LocalSettings([.. ports.Arguments(), .. carol]), TestContext.Current.CancellationToken);
    }

    private static async Task SignInAsync(IPage page, LocalSystem system)
    {
        await page.FillAsync("[name=username]", system.Settings.UserPool.Users[2].Username);
        await page.FillAsync("[name=password]", The.Password);
        await page.Keyboard.PressAsync("Enter");
    }
}
