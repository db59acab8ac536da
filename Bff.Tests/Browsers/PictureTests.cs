using Bff.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Bff.Tests.Browsers;

/// <summary>The README's picture: <c>SCREENSHOT=docs/signed-in.png dotnet test</c> replaces it.</summary>
public sealed class PictureTests(Chromium chromium, SharedRedis redis)
{
    private static readonly ViewportSize Size = new() { Width = 1200, Height = 800 };

    [Fact]
    public async Task The_README_s_picture_shows_a_person_signed_in_and_what_the_API_saw()
    {
        await using var visit = await Visit.StartAsync(chromium, redis, new()
        {
            ViewportSize = Size,
            DeviceScaleFactor = 1,
            ColorScheme = ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "en-US",
            TimezoneId = "UTC",
        });
        var page = await visit.OpenSpaAsync();
        await page.SignInForTheFirstTimeAsync(The.Alice);
        await page.CallApiAsync();

        await page.SeesSignedInAsync(The.Alice);
        await Expect(page.ApiAnswer()).ToContainTextAsync("\"headers\": [\"Accept\", ");
        await Expect(page.Button("Sign out")).ToBeVisibleAsync();
        Assert.Empty(visit.Complaints);

        if (Environment.GetEnvironmentVariable("SCREENSHOT") is not { Length: > 0 } file) return;
        await page.Mouse.MoveAsync(0, 0);
        await page.ScreenshotAsync(new()
        {
            Path = Repository.PathTo(file),
            FullPage = true,
            Animations = ScreenshotAnimations.Disabled,
            Caret = ScreenshotCaret.Hide
        });
    }
}
