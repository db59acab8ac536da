using Bff.Tests.Hosting;

namespace Bff.Tests.Security;

/// <summary>A real shared cache in front stores all that it may: no user gets another user's response.</summary>
public sealed class SharedCacheTests(SharedRedis redis)
{
    [Fact]
    [Row("HTP-03", "HTP-02")]
    public async Task Behind_a_shared_cache_nobody_gets_the_body_or_the_cookie_of_another()
    {
        await using var other = await TestProvider.StartAsync();
        await using var system = await BffSystem.StartAsync(redis);
        await using var cache = await Nginx.StartCacheAsync(("/cacheable", new Uri(other.Origin)), ("/", system.Url));
        using var alice = system.Browser();
        using var bob = system.Browser();
        await alice.SignInAsync(system);
        await bob.SignInAsync(system, The.Bob);
        string[] alices = [CookieOf(alice), "X-CSRF: 1"], bobs = [CookieOf(bob), "X-CSRF: 1"];

        // The cache works: what says nothing about caching is kept.
        Assert.Equal(["MISS"], (await AskAsync(cache, "GET /cacheable", alices))["X-Cache"]);
        Assert.Equal(["HIT"], (await AskAsync(cache, "GET /cacheable", bobs))["X-Cache"]);

        foreach (var request in new[] { "GET /me", "POST /refresh", "GET /api/hello", "GET /login", "GET /callback", "GET /nothing",
            "GET /swagger/index.html", "POST /logout" })
        {
            var first = await AskAsync(cache, request, alices);
            var second = await AskAsync(cache, request, bobs);
            var anonymous = await AskAsync(cache, request, ["X-CSRF: 1"]);

            foreach (var answer in new[] { first, second, anonymous })
                Assert.True(answer["X-Cache"] is ["MISS"], $"{request} answered {answer}");
            Assert.DoesNotContain(The.Alice, second.Text + anonymous.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(The.Bob, first.Text + anonymous.Text, StringComparison.Ordinal);
            if (request == "GET /me")
                Assert.True(first.Body.Contains(The.Alice, StringComparison.Ordinal)
                && second.Body.Contains(The.Bob, StringComparison.Ordinal) && anonymous.Status == 401, $"{first}{second}{anonymous}");
            if (request == "GET /login")
                Assert.Equal(3, new[] { first, second, anonymous }.Select(answer => Assert.Single(answer["Location"])).Distinct().Count());
        }
    }

    private static string CookieOf(Browser browser) => $"Cookie: {The.SessionCookie}={browser.Cookie(The.SessionCookie)!.Value}";

    private static Task<RawAnswer> AskAsync(Nginx cache, string request, string[] headers) =>
        RawAnswer.ToAsync(cache.Url, request + " HTTP/1.1", [.. headers, "Content-Length: 0"]);
}
