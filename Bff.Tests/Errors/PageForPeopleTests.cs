using Bff.Tests.Hosting;

namespace Bff.Tests.Errors;

/// <summary>A person gets a page that leads on, whatever they came to.</summary>
public sealed class PageForPeopleTests(SharedRedis redis)
{
    [Theory]
    [InlineData("/", 404, 2)]
    [InlineData("/refresh", 405, 2)]
    [InlineData("/callback", 400, 1)]
    [InlineData("/login?returnUrl=https://evil.example", 400, 2)]
    [InlineData("/me", 403, 2)]
    public async Task A_person_gets_a_page_without_script_with_a_way_on(string path, int status, int links)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();

        var page = await browser.NavigateAsync(new Uri(system.Url, path), typed: true);

        Assert.Equal(status, (int)page.Status);
        Assert.Empty(page.Document.Scripts);
        var ways = page.Document.Links.Select(link => link.GetAttribute("href")).ToList();
        Assert.Equal(links, ways.Count);
        Assert.Equal(system.Url.Origin() + "/login", ways[^1]);
        if (links == 2) Assert.Equal(system.Spa.AbsoluteUri, ways[0]);
    }
}
