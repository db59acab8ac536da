using Bff.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Bff.Tests.Browsers;

/// <summary>Redis going away under a person who is signed in.</summary>
[Row("OPS-02")]
public sealed class OutageTests(Chromium chromium)
{
    private const double LongestAnswer = 5_000;

    [Fact]
    public async Task Without_Redis_the_page_keeps_its_view_and_recovers_by_itself()
    {
        await using var redis = await RedisServer.StartNewAsync(appendOnly: true);
        await using var visit = await Visit.StartAsync(chromium, redis.Configuration);
        var page = await visit.OpenSpaAsync();
        await page.SignInAsync();
        var cookie = (await visit.CookieAsync(The.SessionCookie)).Value;

        await redis.StopAsync();
        await IsUnavailableAsync(page, "/api/hello", () => page.PressAsync("Call the API"));
        await page.SeesSignedInAsync(Person.WithPassword);
        await redis.StartAsync();

        await Expect(page.ApiAnswer()).ToContainTextAsync("\"username\"");
        await Expect(page.Notice()).ToHaveTextAsync("The API answered.");
        Assert.Equal(cookie, (await visit.CookieAsync(The.SessionCookie)).Value);
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task A_sign_in_during_the_outage_is_tried_again_and_reaches_its_page()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var visit = await Visit.StartAsync(chromium, redis.Configuration);
        var page = await visit.Context.NewPageAsync();

        await redis.StopAsync();
        await page.GotoAsync(new Uri(visit.Bff, "/login?returnUrl=%2Forders").AbsoluteUri);
        await Expect(page.Heading("The service cannot be used at present")).ToBeVisibleAsync();
        Assert.DoesNotContain("orders", await page.ContentAsync(), StringComparison.Ordinal);
        await redis.StartAsync();
        while (!await page.Locator("[name=username]").IsVisibleAsync())
            await page.GetByRole(AriaRole.Link, new() { Name = "Try again" }).ClickAsync();
        await page.GivePasswordAsync(Person.WithPassword, The.Password);

        await page.SeesSignedInAsync(Person.WithPassword);
        Assert.Equal(new Uri(visit.Spa, "/orders").AbsoluteUri, page.Url);
    }

    [Fact]
    public async Task A_page_opened_while_Redis_does_not_answer_waits_and_shows_the_session_afterwards()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var visit = await Visit.StartAsync(chromium, redis.Configuration);
        var page = await visit.OpenSpaAsync();
        await page.SignInAsync();
        var cookie = (await visit.CookieAsync(The.SessionCookie)).Value;

        await redis.FreezeAsync();
        await IsUnavailableAsync(page, "/me", () => page.ReloadAsync());
        await Expect(page.Button("Sign in")).ToBeHiddenAsync();
        await redis.ThawAsync();

        await page.SeesSignedInAsync(Person.WithPassword);
        Assert.Equal(cookie, (await visit.CookieAsync(The.SessionCookie)).Value);
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task A_sign_out_that_meets_the_outage_is_completed_when_it_is_over()
    {
        await using var redis = await RedisServer.StartNewAsync(appendOnly: true);
        await using var visit = await Visit.StartAsync(chromium, redis.Configuration);
        var page = await visit.OpenSpaAsync();
        await page.SignInAsync();

        await redis.StopAsync();
        await IsUnavailableAsync(page, "/logout", () => page.PressAsync("Sign out"));
        await page.SeesSignedInAsync(Person.WithPassword);
        await redis.StartAsync();

        await page.SeesSignedOutAsync();
        await page.PressAsync("Sign in");
        await page.IsAskedForPasswordAsync();
    }

    private static async Task IsUnavailableAsync(IPage page, string path, Func<Task> act)
    {
        var answer = await page.RunAndWaitForResponseAsync(act, response => new Uri(response.Url).AbsolutePath == path);
        await answer.FinishedAsync();
        Assert.Equal(503, answer.Status);
        Assert.Equal("store_unavailable", (await answer.JsonAsync())?.GetProperty("code").GetString());
        Assert.InRange(answer.Request.Timing.ResponseStart, 0, LongestAnswer);
        await Expect(page.Notice()).ToContainTextAsync("Temporarily unavailable");
    }
}
