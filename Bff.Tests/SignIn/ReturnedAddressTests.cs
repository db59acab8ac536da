using Bff.Tests.Browsers;
using Bff.Tests.Hosting;
using Microsoft.Playwright;

namespace Bff.Tests.SignIn;

/// <summary>In Chromium: the address that a page had before it sent its user to sign in, and the one that it has afterwards.</summary>
[Row("RED-18")]
public sealed class ReturnedAddressTests(Chromium chromium, SharedRedis redis)
{
    [Theory]
    [InlineData("/orders?a=|^`{}'\"<b>&q=😀&r=\U00020B9F&s=a\u00a0b\u3000c&e=%5C%7C%E9%zz#|^`{}'\"<b>😀e\u0301/👩\u200d👧?x#y")]
    [InlineData("/日本/é%20?q=こんにちは。&x=1+2%2B3#/r/ä")]
    public async Task A_page_returns_to_the_same_address(string place)
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var page = await OpenAsync(visit, place);
        var before = await AddressAsync(page);

        await page.SignInAsync();

        Assert.Equal(before, await AddressAsync(page));
    }

    /// <summary>No <c>Location</c> has a backslash: the address is the same one with it percent-encoded.</summary>
    [Theory]
    [InlineData(@"/files?path=C:\dir\\x"), InlineData(@"/#/r\x"), InlineData(@"/a?\#\")]
    public async Task A_page_with_backslashes_returns_to_what_they_stand_for(string place)
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        var page = await OpenAsync(visit, place);
        var before = await AddressAsync(page);
        Assert.EndsWith(place, before, StringComparison.Ordinal);

        await page.SignInAsync();

        Assert.Equal(before.Replace(@"\", "%5C", StringComparison.Ordinal), await AddressAsync(page));
        Assert.Equal(Uri.UnescapeDataString(before), Uri.UnescapeDataString(await AddressAsync(page)));
    }

    private static async Task<IPage> OpenAsync(Visit visit, string place)
    {
        var page = await visit.Context.NewPageAsync();
        // As it stands: .NET's own Uri would encode it.
        await page.GotoAsync(visit.Spa.Origin() + place);
        await page.SeesSignedOutAsync();
        return page;
    }

    private static Task<string> AddressAsync(IPage page) => page.EvaluateAsync<string>("location.href");
}
