using Bff.Local.Spa;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace Bff.Tests.Local;

/// <summary>The single-page application in a browser, against a BFF that answers as told.</summary>
public sealed class SpaTests(Chromium chromium) : IAsyncLifetime
{
    private StubBff bff = null!;
    private WebApplication spa = null!;
    private IBrowserContext context = null!;
    private IPage page = null!;

    public async ValueTask InitializeAsync()
    {
        context = await chromium.NewContextAsync();
        bff = await StubBff.StartAsync();
        spa = SpaServer.Build(new SpaOptions { Listen = "http://127.0.0.1:0", BffUrl = bff.Origin });
        await spa.StartAsync(TestContext.Current.CancellationToken);
        page = await context.NewPageAsync();
        page.SetDefaultTimeout(10_000);
        SignedIn();
    }

    public async ValueTask DisposeAsync()
    {
        if (context is null)
        {
            return;
        }

        await context.CloseAsync();
        await spa.DisposeAsync();
        await bff.DisposeAsync();
    }

    [Fact]
    public async Task Sign_in_leads_to_the_bff_and_names_the_path_to_come_back_to()
    {
        SignedOut();
        bff.Answers["GET /login"] = http => TypedResults.Text(http.Request.Query["returnUrl"]!);
        await page.GotoAsync(Origin + "/orders?x=1&y=%26#row");

        await Button("Sign in").ClickAsync();

        await Expect("body", "/orders?x=1&y=%26#row");
    }

    [Fact]
    public async Task A_session_is_shown_with_its_owner()
    {
        await page.GotoAsync(Origin + "/orders?x=1");

        await Expect("#email", "alice@example.com");
        await Expect("#sub", "alice-sub");
        await Expect("#path", "/orders?x=1");
        Assert.Contains(("GET /me", "1"), bff.Requests);
    }

    [Fact]
    public async Task What_the_api_answers_is_shown()
    {
        bff.Answers["GET /api/hello"] = _ => TypedResults.Ok(new { hello = "<b>Alice</b>" });
        await page.GotoAsync(Origin);

        await Button("Call the API").ClickAsync();

        await Assertions.Expect(page.Locator("#answer")).ToContainTextAsync("<b>Alice</b>");
        await Expect("#notice", "The API answered.");
    }

    [Fact]
    public async Task Refresh_shows_the_renewed_session()
    {
        bff.Answers["POST /refresh"] = _ => StubBff.Me(TimeProvider.System.GetUtcNow().AddHours(5));
        await page.GotoAsync(Origin);

        await Button("Refresh").ClickAsync();

        await Expect("#notice", "The session is refreshed.");
        await Assertions.Expect(page.Locator("#token-expires")).ToContainTextAsync("in 6 hours");
        Assert.Contains(("POST /refresh", "1"), bff.Requests);
    }

    [Fact]
    public async Task Sign_out_goes_where_the_bff_says()
    {
        bff.Answers["POST /logout"] = _ => TypedResults.Ok(new { logoutUrl = bff.Origin + "/pool-logout" });
        bff.Answers["GET /pool-logout"] = _ => TypedResults.Text("signed out");
        await page.GotoAsync(Origin);

        await Button("Sign out").ClickAsync();

        await Assertions.Expect(page.Locator("body")).ToHaveTextAsync("signed out");
    }

    [Theory]
    [InlineData("access_denied", "The sign-in was cancelled.")]
    [InlineData("login_expired", "The sign-in took too long. Please try again.")]
    [InlineData("<img src=x onerror=alert(1)>", "The sign-in did not work. Please try again.")]
    public async Task A_failed_sign_in_is_told_once_and_taken_out_of_the_address(string code, string message)
    {
        SignedOut();
        await page.GotoAsync($"{Origin}/orders?x=1&login_error={Uri.EscapeDataString(code)}");

        await Expect("#notice", message);
        Assert.Equal(Origin + "/orders?x=1", page.Url);

        await page.ReloadAsync();
        await Assertions.Expect(Button("Sign in")).ToBeVisibleAsync();
        await Expect("#notice", "");
    }

    [Theory]
    [InlineData(503, "store_unavailable")]
    [InlineData(429, "rate_limited")]
    public async Task What_is_temporarily_unavailable_keeps_the_view_and_is_tried_again(int status, string code)
    {
        var calls = 0;
        bff.Answers["POST /refresh"] = http =>
        {
            http.Response.Headers.RetryAfter = "1";
            return ++calls == 1 ? StubBff.Problem(status, code) : StubBff.Me(TimeProvider.System.GetUtcNow());
        };
        await page.GotoAsync(Origin);

        await Button("Refresh").ClickAsync();

        await Expect("#notice", "Temporarily unavailable. Trying again in 1 s.");
        await Expect("#email", "alice@example.com");
        await Expect("#notice", "The session is refreshed.");
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task A_session_that_ended_leads_to_the_sign_in_view_and_its_heading()
    {
        await page.GotoAsync(Origin);
        await Expect("#email", "alice@example.com");
        bff.Answers["POST /refresh"] = _ => StubBff.Problem(401, "session_ended");

        await Button("Refresh").ClickAsync();

        await Expect("#notice", "Your session has ended.");
        await Assertions.Expect(Button("Sign in")).ToBeVisibleAsync();
        Assert.Equal("signed-out-title", await page.EvaluateAsync<string>("document.activeElement.id"));
        Assert.DoesNotContain("alice", await page.ContentAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "")]
    [InlineData(403, "csrf")]
    [InlineData(502, "api_unreachable")]
    public async Task Any_other_failure_is_told_and_the_session_stays_in_view(int status, string code)
    {
        bff.Answers["GET /api/hello"] = _ => code.Length == 0 ? TypedResults.StatusCode(status) : StubBff.Problem(status, code);
        await page.GotoAsync(Origin);

        await Button("Call the API").ClickAsync();

        await Assertions.Expect(page.Locator("#notice")).ToContainTextAsync(code.Length == 0 ? $"({status})" : $"({code})");
        await Expect("#email", "alice@example.com");
    }

    [Fact]
    public async Task Nothing_but_itself_and_the_bff_can_be_reached_from_the_page()
    {
        await using var elsewhere = await StubBff.StartAsync();
        await page.GotoAsync(Origin);

        var reached = await page.EvaluateAsync<bool>("url => fetch(url, { mode: 'no-cors' }).then(() => true, () => false)", elsewhere.Origin);

        Assert.False(reached);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 375)]
    [InlineData(ColorScheme.Dark, 1280)]
    public async Task The_page_fits_every_width_in_light_and_dark(ColorScheme scheme, int width)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await page.SetViewportSizeAsync(width, 800);
        await page.GotoAsync(Origin);
        await Expect("#email", "alice@example.com");

        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        var background = await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.card:not([hidden])')).backgroundColor");
        Assert.Equal(scheme == ColorScheme.Dark ? "rgb(30, 41, 59)" : "rgb(255, 255, 255)", background);
    }

    private string Origin => spa.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    private ILocator Button(string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private Task Expect(string selector, string text) => Assertions.Expect(page.Locator(selector)).ToHaveTextAsync(text);

    private void SignedIn() => bff.Answers["GET /me"] = _ => StubBff.Me(TimeProvider.System.GetUtcNow());

    private void SignedOut() => bff.Answers["GET /me"] = _ => StubBff.Problem(401, "no_session");
}
