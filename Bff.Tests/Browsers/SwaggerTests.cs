using System.Text.Json.Nodes;
using Bff.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Bff.Tests.Browsers;

/// <summary>The API description as a page on which one can sign in and try every endpoint.</summary>
public sealed class SwaggerTests(Chromium chromium, SharedRedis redis)
{
    [Fact]
    public async Task From_login_over_the_API_to_logout_everything_works_by_Try_it_out()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var page = await visit.Context.NewPageAsync();
        await page.GotoAsync(new Uri(visit.Bff, "/swagger/").AbsoluteUri);

        var login = await TryAsync(page, "Sign-in-login", ("returnUrl", "/swagger/"));
        Assert.Equal("200", login.Status);
        await page.GotoAsync((string)login.Body["authorizationUrl"]!);
        await page.GivePasswordAsync(Person.WithPassword, The.Password);
        await page.WaitForURLAsync(visit.Bff + "swagger/**");

        var me = await TryAsync(page, "Session-me");
        Assert.Equal(("200", Person.WithPassword), (me.Status, (string?)me.Body["claims"]?["email"]));
        var refresh = await TryAsync(page, "Session-refresh");
        Assert.Equal(("200", Person.WithPassword), (refresh.Status, (string?)refresh.Body["claims"]?["email"]));
        Assert.Contains("refresh_token", visit.Tap.Grants);
        var hello = await TryAsync(page, "API-getApi", ("path", "hello"));
        Assert.Equal(("200", (string?)me.Body["sub"]), (hello.Status, (string?)hello.Body["sub"]));
        var teapot = await TryAsync(page, "API-getApi", ("path", "status/418"));
        Assert.Equal(("418", "api"), (teapot.Status, (string?)teapot.Body["from"]));
        var logout = await TryAsync(page, "Session-logout");
        Assert.Equal("200", logout.Status);
        Assert.StartsWith(new Uri(visit.Pool, "/logout?client_id=").AbsoluteUri, (string?)logout.Body["logoutUrl"], StringComparison.Ordinal);

        var signedOut = await TryAsync(page, "Session-me");
        Assert.Equal(("401", "no_session"), (signedOut.Status, (string?)signedOut.Body["code"]));
        Assert.Equal(["418 GET /api/status/418", "401 GET /me"], visit.Failures);
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task The_page_s_own_link_signs_in_and_comes_back()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var page = await visit.Context.NewPageAsync();
        await page.GotoAsync(new Uri(visit.Bff, "/swagger/").AbsoluteUri);

        // Links of the description open a tab of their own.
        var tab = await page.RunAndWaitForPopupAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "sign in", Exact = true }).ClickAsync());
        await tab.GivePasswordAsync(Person.WithPassword, The.Password);
        await tab.WaitForURLAsync(visit.Bff + "swagger/**");

        Assert.Equal("200", (await TryAsync(tab, "Session-me")).Status);
        Assert.Empty(visit.Complaints);
    }

    /// <summary>Opens the operation if it is closed, fills its parameters in, and presses Execute.</summary>
    private static async Task<(string Status, JsonNode Body)> TryAsync(IPage page, string operation, params (string Name, string Value)[] parameters)
    {
        var block = page.Locator("#operations-" + operation);
        var execute = block.GetByRole(AriaRole.Button, new() { Name = "Execute" });
        await Expect(block).ToBeVisibleAsync();
        if (!await execute.IsVisibleAsync()) await block.Locator(".opblock-summary-control").ClickAsync();
        foreach (var (name, value) in parameters)
        {
            await block.Locator($"tr[data-param-name={name}] input").FillAsync(value);
        }

        var answer = await page.RunAndWaitForResponseAsync(() => execute.ClickAsync(), response => response.Request.ResourceType == "fetch");
        var live = block.Locator(".live-responses-table .response");
        await Expect(live.Locator(".response-col_status")).ToContainTextAsync($"{answer.Status}");
        // As the page shows it, not as it was sent.
        await Expect(live.Locator(".highlight-code").First).ToBeVisibleAsync();
        var shown = await live.Locator(".highlight-code code").First.InnerTextAsync();
        return (answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture), JsonNode.Parse(shown)!);
    }
}
