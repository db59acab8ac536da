using Bff.Tests.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Bff.Tests.Browsers;

/// <summary>Every page of a sign-in on a phone.</summary>
public sealed class NarrowScreenTests(Chromium chromium, SharedRedis redis)
{
    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task No_page_is_wider_than_a_phone_and_every_text_stands_out_from_its_ground(ColorScheme colors)
    {
        await using var visit =
            await Visit.StartAsync(chromium, redis, new()
            {
                ViewportSize = new() { Width = 375, Height = 700 },
                ColorScheme = colors,
                ReducedMotion = ReducedMotion.Reduce,
                Locale = "en-US"
            });
        var page = await visit.OpenSpaAsync();

        await page.SeesSignedOutAsync();
        await IsReadableAsync(page);
        await page.PressAsync("Sign in");
        await page.IsAskedForPasswordAsync();
        await page.GivePasswordAsync(The.Alice, "wrong");
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await IsReadableAsync(page);
        await page.GivePasswordAsync(The.Alice, Person.TemporaryPassword);
        await page.ChoosePasswordAsync("short");
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await IsReadableAsync(page);
        await page.ChoosePasswordAsync(The.Password);
        await page.SeesSignedInAsync(The.Alice);
        await page.CallApiAsync();
        await IsReadableAsync(page);
        await page.GotoAsync(new Uri(visit.Bff, "/callback").AbsoluteUri);
        await IsReadableAsync(page);
        await page.GotoAsync(visit.Pool.AbsoluteUri);
        await IsReadableAsync(page);
    }

    // WCAG 2.2, 1.4.3: 4.5 to 1. The ground of an element is that of the nearest ancestor that paints one.
    private const string Faint = """
        () => {
          const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
          const over = (colors) => {
            canvas.clearRect(0, 0, 1, 1);
            for (const color of colors) { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); }
            return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
          };
          const light = (rgb) => rgb.map((c) => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
          const grounds = (element) => element ? [...grounds(element.parentElement), getComputedStyle(element).backgroundColor] : [matchMedia('(prefers-color-scheme: dark)').matches ? '#000' : '#fff'];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const faint = [];
          while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            const text = walker.currentNode.textContent.trim();
            if (!text || !element.checkVisibility({ visibilityProperty: true }) || element.closest('script, style, noscript')) continue;
            const ground = grounds(element);
            const [a, b] = [light(over(ground)), light(over([...ground, getComputedStyle(element).color]))];
            const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
            if (ratio < 4.5) faint.push(`${text} (${ratio.toFixed(2)})`);
          }
          return faint;
        }
        """;

    private static async Task IsReadableAsync(IPage page)
    {
        Assert.Equal(375, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(await page.EvaluateAsync<string[]>(Faint));
    }
}
