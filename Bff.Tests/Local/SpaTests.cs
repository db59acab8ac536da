using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace Bff.Tests.Local;

/// <summary>The single-page application in a browser, against a BFF that answers as the test says.</summary>
public sealed class SpaTests(Chromium chromium) : OpenedSpa(chromium)
{
    [Fact]
    public async Task Sign_in_leads_to_the_bff_and_names_the_address_to_come_back_to()
    {
        SignedOut();
        bff.Answers["GET /login"] = http => TypedResults.Text(http.Request.Query["returnUrl"]!);
        await page.GotoAsync(Origin + "/orders?x=1&y=%26#row");

        await Button("Sign in").ClickAsync();

        await Expect("body", Origin + "/orders?x=1&y=%26#row");
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

    [Fact]
    public async Task Nothing_but_itself_and_the_bff_can_be_reached_from_the_page()
    {
        await using var elsewhere = await StubBff.StartAsync();
        await page.GotoAsync(Origin);

        var reached = await page.EvaluateAsync<bool>("url => fetch(url, { mode: 'no-cors' }).then(() => true, () => false)",
            elsewhere.Origin);

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
        var background =
            await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.card:not([hidden])')).backgroundColor");
        Assert.Equal(scheme == ColorScheme.Dark ? "rgb(30, 41, 59)" : "rgb(255, 255, 255)", background);
    }
}
