using Bff.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Bff.Tests.Browsers;

/// <summary>The person's path without a mouse.</summary>
public sealed class KeyboardTests(Chromium chromium, SharedRedis redis)
{
    [Fact]
    public async Task The_whole_path_can_be_gone_with_the_keyboard_alone()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var page = await visit.OpenSpaAsync();

        await page.SeesSignedOutAsync();
        await GoToAsync(page, "Sign in");
        await page.Keyboard.PressAsync("Enter");

        // The first field of each page has the focus already.
        await Expect(page.GetByLabel("E-mail address")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(The.Alice);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(Person.TemporaryPassword);
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByLabel("New password", new() { Exact = true })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(The.Password);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(The.Password);
        await page.Keyboard.PressAsync("Enter");

        await page.SeesSignedInAsync(The.Alice);
        await GoToAsync(page, "Call the API");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.ApiAnswer()).ToContainTextAsync("\"username\"");

        await GoToAsync(page, "Sign out");
        await page.Keyboard.PressAsync("Space");
        await page.SeesSignedOutAsync();
        Assert.Empty(visit.Complaints);
    }

    private static async Task GoToAsync(IPage page, string button)
    {
        const int manyStops = 20;
        for (var stop = 0; stop < manyStops; stop++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<string>("document.activeElement.textContent.trim()") == button)
            {
                // Visibly: a focus that one cannot see is none.
                Assert.NotEqual("none", await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
                return;
            }
        }

        Assert.Fail($"No way to '{button}' by the Tab key.");
    }
}
