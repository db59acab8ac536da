using Bff.Tests.Hosting;

namespace Bff.Tests.Proxy;

/// <summary>Over a raw socket: an HTTP client would tidy these paths up before it sends them.</summary>
public sealed class ProxyPathTests(SharedRedis redis)
{
    [Theory]
    [Row("PRX-05")]
    [InlineData("/api/..%5cadmin")]
    [InlineData("/api/x\\..\\admin")]
    [InlineData("/api/..;/admin")]
    [InlineData("/api/.;x/admin")]
    [InlineData("/api/x%0d%0aX-Evil:%201")]
    [InlineData("/api/x%00")]
    [InlineData("/api/%252e%252e/admin")]
    [InlineData("/api/%252e%252e%252fadmin")]
    [InlineData("/api/x%2f..%2fadmin")]
    [InlineData("/api/%255cadmin")]
    [InlineData("/api/%25252e%25252e/admin")]
    [InlineData("/api/%2525252e%2525252e%2525252fadmin")]
    [InlineData("/api/x%2525255cadmin")]
    [InlineData("/api/%252525252525252525252e%252525252525252525252e/admin")]
    public async Task A_path_that_the_API_could_read_otherwise_is_refused_and_never_sent(string path)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        var answer = await SendAsync(system, browser, path);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Evil", answer, StringComparison.Ordinal);
    }

    [Theory]
    [Row("PRX-05")]
    [InlineData("/api/../me", 200)]
    [InlineData("/api/%2e%2e/me", 200)]
    [InlineData("/api/../admin", 404)]
    [InlineData("/api/.hidden..file/..x", 404)]
    [InlineData("/api/hello;v=1", 404)]
    [InlineData("/api/./hello", 200)]
    [InlineData("/api/100%2525", 404)]
    public async Task Plain_dot_segments_are_resolved_before_any_route_is_chosen(string path, int status)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        var answer = await SendAsync(system, browser, path);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
    }

    private static Task<string> SendAsync(BffSystem system, Browser browser, string path) =>
        RawHttp.SendAsync(system.Url, $"GET {path} HTTP/1.1",
            ["X-CSRF: 1", $"Cookie: {The.SessionCookie}={browser.Cookie(The.SessionCookie)!.Value}"]);
}
