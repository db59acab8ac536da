using Bff.Tests.Hosting;
using static Microsoft.Playwright.Assertions;

namespace Bff.Tests.Browsers;

/// <summary>The SPA's own use of <c>/events</c>: what happens elsewhere shows on the page without a click.</summary>
public sealed class EventsInPagesTests(Chromium chromium, SharedRedis redis)
{
    [Fact]
    public async Task Signing_out_in_one_tab_shows_in_the_other_and_says_so()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var first = await visit.OpenSpaAsync();
        await first.SignInAsync();
        var second = await visit.OpenSpaAsync();
        await second.SeesSignedInAsync(Person.WithPassword);

        await first.PressAsync("Sign out");

        await second.SeesSignedOutAsync();
        await Expect(second.Notice()).ToHaveTextAsync("You signed out in another tab.");
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task A_new_sign_in_in_one_tab_keeps_the_other_signed_in()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var first = await visit.OpenSpaAsync();
        await first.SignInAsync();
        await first.EvaluateAsync("window.before = document.getElementById('session-expires').dateTime");

        var second = await visit.Context.NewPageAsync();
        await second.GotoAsync(new Uri(visit.Bff, "/login?returnUrl=/x").AbsoluteUri);
        await second.SeesSignedInAsync(Person.WithPassword);

        await first.WaitForFunctionAsync("() => document.getElementById('session-expires').dateTime !== window.before");
        await first.SeesSignedInAsync(Person.WithPassword);
    }

    [Fact]
    public async Task A_refresh_in_one_tab_shows_in_the_other()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var first = await visit.OpenSpaAsync();
        await first.SignInAsync();
        var second = await visit.OpenSpaAsync();
        await second.SeesSignedInAsync(Person.WithPassword);
        var before = await second.Locator("#token-expires").GetAttributeAsync("datetime");

        // Not within Session:MinimumRefreshInterval after the sign-in.
        await Poll.UntilAsync(async () =>
        {
            await first.PressAsync("Refresh");
            return await second.Locator("#token-expires").GetAttributeAsync("datetime") != before;
        });

        await Expect(first.Notice()).ToContainTextAsync("is refreshed");
        Assert.Empty(visit.Complaints);
    }
}
