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
        Assert.StartsWith(new Uri(visit.Pool, "/logout?client_id=").AbsoluteUri, (string?)logout.Body["logoutUrl"],
            StringComparison.Ordinal);

        var signedOut = await TryAsync(page, "Session-me");
        Assert.Equal(("401", "no_session"), (signedOut.Status, (string?)signedOut.Body["code"]));
        Assert.Equal(["418 GET /api/status/418", "401 GET /me"], visit.Failures);
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Sign_in_and_sign_out_stay_in_the_tab_and_come_back_to_the_page()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var page = await visit.Context.NewPageAsync();
        await page.GotoAsync(new Uri(visit.Bff, "/swagger/").AbsoluteUri);

        await SignInAsync(visit, page);
        Assert.Equal("200", (await TryAsync(page, "Session-me")).Status);
        await TryAsync(page, "Session-logout");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign out at the identity provider too" }).ClickAsync();
        await page.WaitForURLAsync(visit.Bff + "swagger/**");

        Assert.Equal("401", (await TryAsync(page, "Session-me")).Status);
        await page.GetByRole(AriaRole.Link, new() { Name = "sign in", Exact = true }).ClickAsync();
        await page.IsAskedForPasswordAsync();
        Assert.Single(visit.Context.Pages);
        Assert.Empty(visit.Complaints);
    }

    [Theory]
    [InlineData("?login_error=access_denied", "The sign-in did not work: it was cancelled, or the identity provider refused it.", "")]
    [InlineData("?login_error=login_required#/Session/me", "identity provider has to ask for something first", "#/Session/me")]
    [InlineData("index.html?login_error=provider_unavailable", "cannot be used at present", "")]
    [InlineData("?a=1&login_error=login_failed&b=2", "the log of the BFF says why", "?a=1&b=2")]
    [InlineData("?login_error=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "The sign-in did not work: try again.", "")]
    [InlineData("?login_error=constructor", "The sign-in did not work: try again.", "")]
    [InlineData("?url=https://evil.example/openapi.yaml", "", "?url=https://evil.example/openapi.yaml")]
    public async Task A_failed_sign_in_is_shown_once_in_the_page_s_own_words(string query, string notice, string kept)
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var page = await visit.Context.NewPageAsync();

        await page.GotoAsync(new Uri(visit.Bff, "/swagger/" + query).AbsoluteUri);

        await (notice.Length == 0 ? Expect(page.Notice()).ToBeEmptyAsync() : Expect(page.Notice()).ToContainTextAsync(notice));
        Assert.Equal(0, await page.Notice().Locator("*").CountAsync());
        await Expect(page.Locator("#operations-Session-me")).ToBeVisibleAsync();
        Assert.Equal(new Uri(visit.Bff, "/swagger/index.html" + kept).AbsoluteUri, page.Url);
        Assert.Empty(visit.Complaints);
    }

    [Theory]
    [InlineData("getApi"), InlineData("postApi"), InlineData("putApi"), InlineData("patchApi"), InlineData("deleteApi")]
    public async Task The_example_of_each_method_works_as_it_is(string operation)
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var page = await visit.Context.NewPageAsync();
        await page.GotoAsync(new Uri(visit.Bff, "/swagger/").AbsoluteUri);
        await SignInAsync(visit, page);

        Assert.Equal("200", (await TryAsync(page, "API-" + operation)).Status);
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Authorize_says_of_each_scheme_that_nothing_has_to_be_entered()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var page = await visit.Context.NewPageAsync();
        await page.GotoAsync(new Uri(visit.Bff, "/swagger/").AbsoluteUri);

        await page.Button("Authorize").ClickAsync();

        await Expect(page.Locator(".auth-container")).ToHaveCountAsync(2);
        await Expect(page.Locator(".auth-container").GetByText("Nothing has to be entered here")).ToHaveCountAsync(2);
    }

    private static async Task SignInAsync(Visit visit, IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "sign in", Exact = true }).ClickAsync();
        await page.GivePasswordAsync(Person.WithPassword, The.Password);
        await page.WaitForURLAsync(visit.Bff + "swagger/**");
    }

    /// <summary>Opens the operation if it is closed, fills its parameters in, and presses Execute.</summary>
    private static async Task<(string Status, JsonNode Body)> TryAsync(IPage page, string operation,
        params (string Name, string Value)[] parameters)
    {
        var block = page.Locator("#operations-" + operation);
        var execute = block.GetByRole(AriaRole.Button, new() { Name = "Execute" });
        await Expect(block).ToBeVisibleAsync();
        if (!await execute.IsVisibleAsync()) await block.Locator(".opblock-summary-control").ClickAsync();
        foreach (var (name, value) in parameters)
        {
            await block.Locator($"tr[data-param-name={name}] input").FillAsync(value);
        }

        var answer = await page.RunAndWaitForResponseAsync(() => execute.ClickAsync(), response =>
            response.Request.ResourceType == "fetch");
        var live = block.Locator(".live-responses-table .response");
        await Expect(live.Locator(".response-col_status")).ToContainTextAsync($"{answer.Status}");
        // As the page shows it, not as it was sent.
        await Expect(live.Locator(".highlight-code").First).ToBeVisibleAsync();
        var shown = await live.Locator(".highlight-code code").First.InnerTextAsync();
        return (answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture), JsonNode.Parse(shown)!);
    }
}
