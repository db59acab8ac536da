using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace Bff.Tests.Local;

/// <summary><c>bff.js</c>, which SPAs copy, in an app that signs in by itself, against a BFF that answers as the test says.</summary>
public sealed class ModuleTests(Chromium chromium) : OpenedSpa(chromium)
{
    [Fact]
    public async Task Over_six_connections_the_seventh_tab_loads_and_a_tab_seen_again_has_its_stream()
    {
        var logins = await EmbeddedModule.ServeAsync(page.Context, bff.Origin);
        bff.Answers["GET /events"] = http => TypedResults.ServerSentEvents(EmbeddedModule.Endless(http.RequestAborted));
        List<IPage> tabs = [page];
        while (tabs.Count < 8) tabs.Add(await page.Context.NewPageAsync());

        foreach (var tab in tabs)
        {
            await tab.GotoAsync(Origin + "/app");
            await tab.ShowsAsync("signed in alice-sub");
            await Poll(() => Streams() == tabs.IndexOf(tab) + 1);
            await tab.HideAsync();
        }
        await tabs[0].HideAsync(false);

        await Poll(() => Streams() == tabs.Count + 1);
        Assert.Empty(logins);
    }

    [Theory]
    [InlineData("?x=a%20b&y&login_error=access_denied", "?x=a%20b&y", "access_denied")]
    [InlineData("?login_error=login_failed#/orders?x=1", "#/orders?x=1", "login_failed")]
    [InlineData("?login_error=provider_unavailable&login_error=x&z=%C3%A9", "?z=%C3%A9", "provider_unavailable")]
    [InlineData("?xlogin_error=1&login_error=constructor", "?xlogin_error=1", "constructor")]
    public async Task A_login_error_is_shown_and_leaves_the_address_and_history_state_stays(string query, string kept, string code)
    {
        SignedOut();
        var logins = await EmbeddedModule.ServeAsync(page.Context, bff.Origin);

        await page.GotoAsync(Origin + "/app" + query);

        await page.ShowsAsync("failed " + code);
        Assert.Equal(Origin + "/app" + kept, page.Url);
        Assert.Equal("router", await page.EvaluateAsync<string>("history.state.key"));
        Assert.Empty(logins);
        await page.EvaluateAsync("bff.signIn()");
        await Poll(() => logins.Contains(Origin + "/app" + kept));
    }

    [Theory]
    [InlineData("?login_error=provider_unavailable", "failed provider_unavailable")]
    [InlineData("", "failed login_failed")]
    public async Task A_sign_in_that_comes_back_at_once_is_not_repeated(string answer, string shown)
    {
        SignedOut();
        bff.Answers["GET /login"] = http => TypedResults.Redirect(http.Request.Query["returnUrl"] + answer);
        var logins = await EmbeddedModule.ServeAsync(page.Context, bff.Origin);

        await page.GotoAsync(Origin + "/app");
        await page.ShowsAsync(shown);
        await page.ReloadAsync();
        await page.ShowsAsync("failed login_failed");

        Assert.Equal([Origin + "/app"], logins);
    }

    [Theory]
    [InlineData("away", "The BFF cannot be reached. Trying again in 5 s.")]
    [InlineData("no CORS", "The BFF cannot be reached. Trying again in 5 s.")]
    [InlineData("503", "Temporarily unavailable. Trying again in 7 s.")]
    [InlineData("429", "Temporarily unavailable. Trying again in 7 s.")]
    [InlineData("502", "The BFF answered 502. Trying again in 5 s.")]
    public async Task While_there_is_no_answer_the_page_says_so_begins_no_sign_in_and_retries(string trouble, string message)
    {
        await page.Clock.InstallAsync();
        bff.Answers["GET /me"] = http =>
        {
            if (trouble == "away") http.Abort();
            if (trouble == "no CORS") http.Response.Headers.Remove("Access-Control-Allow-Origin");
            http.Response.Headers.RetryAfter = "7";
            return StubBff.Problem(int.TryParse(trouble, out var status) ? status : 401, "store_unavailable");
        };
        var logins = await EmbeddedModule.ServeAsync(page.Context, bff.Origin);

        await page.GotoAsync(Origin + "/app");
        await page.ShowsAsync(message);
        Assert.Empty(logins);
        SignedIn();
        await page.Clock.FastForwardAsync(7_000);

        await page.ShowsAsync("signed in alice-sub");
        Assert.Empty(logins);
    }

    private int Streams() => bff.Requests.Count(request => request.Request.StartsWith("GET /events", StringComparison.Ordinal));

    private static Task Poll(Func<bool> condition) => Hosting.Poll.UntilAsync(() => Task.FromResult(condition()));
}
