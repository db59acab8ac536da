using Bff.Tests.Hosting;

namespace Bff.Tests.Browsers;

/// <summary>One browser, several tabs.</summary>
[Row("CB-07")]
public sealed class TabsTests(Chromium chromium, SharedRedis redis)
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public async Task Two_sign_ins_under_way_in_two_tabs_both_land_in_either_order(int first, int second)
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        string[] places = ["/first?x=1", "/second?y=2"];
        var tabs = new[] { await visit.OpenSpaAsync(places[0]), await visit.OpenSpaAsync(places[1]) };
        foreach (var tab in tabs)
        {
            await tab.PressAsync("Sign in");
            await tab.IsAskedForPasswordAsync();
        }

        foreach (var turn in (int[])[first, second])
        {
            await tabs[turn].GivePasswordAsync(Person.WithPassword, The.Password);
            await tabs[turn].SeesSignedInAsync(Person.WithPassword);
            Assert.Equal(new Uri(visit.Spa, places[turn]).AbsoluteUri, tabs[turn].Url);
        }

        // The second sign-in's session took the place of the first one's, for both.
        await tabs[first].PressAsync("Refresh");
        await Microsoft.Playwright.Assertions.Expect(tabs[first].Notice()).ToContainTextAsync("is refreshed");
        Assert.Equal(["authorization_code", "authorization_code", "refresh_token"], visit.Tap.Grants);
        Assert.Empty(visit.Complaints);
    }
}
