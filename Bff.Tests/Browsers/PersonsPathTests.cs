using Bff.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Bff.Tests.Browsers;

/// <summary>What a person does at the SPA, from the first sign-in to the sign-out.</summary>
public sealed class PersonsPathTests(Chromium chromium, SharedRedis redis)
{
    [Fact]
    public async Task A_new_user_signs_in_sets_a_password_calls_the_API_refreshes_and_signs_out()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var page = await visit.OpenSpaAsync();

        await page.SeesSignedOutAsync();
        await page.PressAsync("Sign in");
        await page.GivePasswordAsync(The.Alice, Person.TemporaryPassword);
        await Expect(page.Heading("Choose a new password")).ToBeVisibleAsync();
        await page.ChoosePasswordAsync("alllowercase");
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "upper-case" })).ToContainTextAsync("Missing");
        await page.ChoosePasswordAsync(The.Password);
        await page.SeesSignedInAsync(The.Alice);
        Assert.Equal(visit.Spa.AbsoluteUri, page.Url);

        await page.PressAsync("Call the API");
        await Expect(page.ApiAnswer()).ToContainTextAsync("\"username\"");
        await Expect(page.ApiAnswer()).Not.ToContainTextAsync("\"Cookie\"");

        await page.PressAsync("Refresh");
        await Expect(page.Notice()).ToContainTextAsync("is refreshed");
        Assert.Equal(["authorization_code", "refresh_token"], visit.Tap.Grants);

        await page.ReloadAsync();
        await page.SeesSignedInAsync(The.Alice);

        await page.PressAsync("Sign out");
        await page.SeesSignedOutAsync();
        Assert.Equal(visit.Spa.AbsoluteUri, page.Url);
        await page.ReloadAsync();
        await page.SeesSignedOutAsync();

        await page.PressAsync("Sign in");
        await page.IsAskedForPasswordAsync();
        Assert.Empty(visit.Complaints);
    }

    /// <summary>
    /// The navigation that comes back from there is begun by another site, and goes on without the Strict cookie that it has just
    /// been given.
    /// </summary>
    [Fact]
    [Row("SES-02")]
    public async Task Back_from_a_user_pool_at_another_site_the_first_request_is_signed_in()
    {
        await using var visit = await Visit.StartAsync(chromium, redis, poolHost: "pool.localhost");
        var page = await visit.OpenSpaAsync();
        List<Uri> navigations = [];
        page.Request += (_, request) =>
        {
            if (request.IsNavigationRequest) navigations.Add(new Uri(request.Url));
        };

        await page.SignInAsync();
        await page.ReloadAsync();
        await page.SeesSignedInAsync(Person.WithPassword);

        Assert.Contains(navigations, url => url.Host == "pool.localhost");
        Assert.Single(navigations, url => url.AbsolutePath == "/login" && url.Host == "localhost");
        Assert.Single(navigations, url => url.AbsolutePath == "/callback");
        // From before the sign-in.
        Assert.Equal(["401 GET /me"], visit.Failures);
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Who_is_still_signed_in_at_the_user_pool_is_not_asked_again()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var page = await visit.OpenSpaAsync();
        await page.SignInAsync();

        await visit.Context.ClearCookiesAsync(new() { Name = The.SessionCookie });
        await page.ReloadAsync();
        await page.SeesSignedOutAsync();
        await page.PressAsync("Sign in");

        await page.SeesSignedInAsync(Person.WithPassword);
    }

    [Fact]
    public async Task A_person_comes_back_to_the_place_inside_the_application_where_they_were()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var page = await visit.OpenSpaAsync("/orders?x=1&y=%2F#lines");

        await page.SignInAsync();

        Assert.Equal(new Uri(visit.Spa, "/orders?x=1&y=%2F#lines").AbsoluteUri, page.Url);
        await Expect(page.GetByText("/orders?x=1&y=%2F#lines")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_page_for_a_sign_in_that_cannot_be_completed_leads_to_a_new_one()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var page = await visit.Context.NewPageAsync();

        await page.GotoAsync(new Uri(visit.Bff, "/callback").AbsoluteUri);
        await Expect(page.Heading("This sign-in can't be completed")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in again" }).ClickAsync();
        await page.GivePasswordAsync(Person.WithPassword, The.Password);

        await page.SeesSignedInAsync(Person.WithPassword);
        Assert.Equal(["400 GET /callback"], visit.Failures);
        Assert.Empty(visit.Complaints);
    }
}
