using System.Text.RegularExpressions;
using Bff.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Bff.Tests.Browsers;

/// <summary>What neither the browser nor a script in it may ever hold.</summary>
public sealed partial class SecretsTests(Chromium chromium, SharedRedis redis)
{
    [Fact]
    [Row("SES-01")]
    public async Task The_cookies_are_such_that_no_script_and_no_other_site_can_use_them()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var page = await visit.OpenSpaAsync();
        await page.SignInAsync();

        var session = await visit.CookieAsync(The.SessionCookie);
        Assert.Equal((true, true, SameSiteAttribute.Strict, "/", "localhost"),
            (session.HttpOnly, session.Secure, session.SameSite, session.Path, session.Domain));
        var login = await visit.CookieAsync(The.LoginCookie);
        Assert.Equal((true, true, SameSiteAttribute.Lax, "/", "localhost"),
            (login.HttpOnly, login.Secure, login.SameSite, login.Path, login.Domain));
        Assert.All(await visit.Context.CookiesAsync(), cookie => Assert.True(cookie.HttpOnly, cookie.Name));
    }

    [Fact]
    [Row("LOG-03")]
    public async Task No_token_reaches_the_browser_and_no_script_reads_a_cookie()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var page = await visit.Context.NewPageAsync();
        var sightings = await Sightings.OfAsync(page);

        await page.GotoAsync(visit.Spa.AbsoluteUri);
        await page.SeesSignedOutAsync();
        await LookAsync(sightings);
        await page.PressAsync("Sign in");
        await page.IsAskedForPasswordAsync();
        await LookAsync(sightings);
        await page.GivePasswordAsync(The.Alice, Person.TemporaryPassword);
        await Expect(page.Heading("Choose a new password")).ToBeVisibleAsync();
        await LookAsync(sightings);
        await page.ChoosePasswordAsync(The.Password);
        await page.SeesSignedInAsync(The.Alice);
        await page.PressAsync("Call the API");
        await Expect(page.ApiAnswer()).ToContainTextAsync("\"username\"");
        await LookAsync(sightings);
        await page.PressAsync("Refresh");
        await Expect(page.Notice()).ToContainTextAsync("is refreshed");
        await LookAsync(sightings);
        await page.GotoAsync(new Uri(visit.Bff, "/swagger/").AbsoluteUri);
        await Expect(page.Locator("#operations-Session-me")).ToBeVisibleAsync();
        await LookAsync(sightings);
        await page.GotoAsync(new Uri(visit.Bff, "/callback").AbsoluteUri);
        await LookAsync(sightings);
        var cookies = await visit.Context.CookiesAsync();
        var session = cookies.Single(cookie => cookie.Name == The.SessionCookie).Value;
        await page.GotoAsync(visit.Spa.AbsoluteUri);
        await page.PressAsync("Sign out");
        await page.SeesSignedOutAsync();
        await LookAsync(sightings);

        // Sign-in: access, ID and refresh token; refresh: access and ID token.
        Assert.Equal(5, visit.Tap.Tokens.Distinct().Count());
        string[] secrets = [.. visit.Tap.Tokens, session];
        AssertNowhere(sightings.All, secrets);
        // What the user pool tells itself between its pages is its own affair.
        Assert.NotEmpty(sightings.Referrals);
        Assert.DoesNotContain(sightings.Referrals, referral =>
            referral.From.Query != "" && (referral.From.Origin(), referral.To.Origin()) != (visit.Pool.Origin(), visit.Pool.Origin()));
        AssertNowhere(cookies.Select(cookie => cookie.Value), visit.Tap.Tokens);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, visit.Logs.All, StringComparison.Ordinal));
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task What_a_page_says_holds_and_receives_is_seen()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var page = await visit.Context.NewPageAsync();
        var sightings = await Sightings.OfAsync(page);

        await page.GotoAsync(visit.Spa.AbsoluteUri);
        await page.SignInAsync();
        await page.EvaluateAsync("localStorage.setItem('kept', 'in-storage'); console.log('said-aloud'); history.replaceState(null, "
            + "'', '#in-address')");
        await page.EvaluateAsync("document.head.append(Object.assign(document.createElement('style'), { textContent: 'forbidden-style "
            + "{}' }))");
        await sightings.LookAsync();

        foreach (var seen in (string[])["in-storage", "said-aloud", "in-address", "forbidden-style", "\"email\":\""
            + Person.WithPassword, "code="])
        {
            Assert.True(sightings.All.Any(text => text.Contains(seen, StringComparison.Ordinal)), seen);
        }

        Assert.Contains(visit.Complaints, text => text.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    private static async Task LookAsync(Sightings sightings)
    {
        var seen = await sightings.LookAsync();
        Assert.Equal("", seen.GetProperty("cookie").GetString());
        Assert.Equal("{}", seen.GetProperty("local").GetRawText());
        Assert.Equal("{}", seen.GetProperty("session").GetRawText());
        Assert.Equal("[]", seen.GetProperty("databases").GetRawText());
        Assert.Equal("[]", seen.GetProperty("caches").GetRawText());
    }

    private static void AssertNowhere(IEnumerable<string> seen, IReadOnlyCollection<string> secrets)
    {
        foreach (var text in seen)
        {
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
            Assert.DoesNotMatch(Jwt(), text);
        }
    }

    [GeneratedRegex("""eyJ[\w-]{8,}\.""")]
    private static partial Regex Jwt();
}
