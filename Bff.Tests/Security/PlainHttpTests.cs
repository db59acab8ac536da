using Bff.Tests.Hosting;

namespace Bff.Tests.Security;

/// <summary>Requests that came over http although the BFF's address is https: what is answered must be of no use there.</summary>
public sealed class PlainHttpTests(SharedRedis redis)
{
    [Theory]
    [Row("HTP-12", "HTP-04", "FWD-02")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_cookie_works_over_http_and_every_way_leads_to_https(bool fromKnownProxy)
    {
        (string, string)[] proxies = fromKnownProxy ? [("Bff:KnownProxies:0", "127.0.0.1"), ("Bff:KnownProxies:1", "::1")] : [];
        await using var system =
            await BffSystem.StartAsync(redis, [("Bff:PublicUrl", "https://bff.example"), ("Bff:SpaOrigins:0", "https://app.example"),
            .. proxies]);

        foreach (var scheme in new[] { "http", "https", "", "http, https", "https,http", "ftp", "javascript", null })
            foreach (var request in new[] { "GET /login", "GET /callback", "GET /me", "POST /refresh", "POST /logout", "GET /api/hello",
                "GET /nothing", "POST /me", "GET /swagger/index.html" })
            {
                var answer = await RawAnswer.ToAsync(system.Url, request + " HTTP/1.1",
                    ["X-CSRF: 1", "Content-Length: 0", .. scheme is null ? (string[])[] : ["X-Forwarded-Proto: " + scheme]]);

                StandardHeaders.AreOn(answer, https: true);
                var cookies = answer.Text.Split("\r\n").Where(line => line.StartsWith("Set-Cookie:", StringComparison.Ordinal)).ToList();
                Assert.All(cookies, cookie =>
                    Assert.True(cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase)
                    && cookie.StartsWith("Set-Cookie: __Host-", StringComparison.Ordinal)
                    && cookie.Contains("; path=/;", StringComparison.OrdinalIgnoreCase), cookie));
                if (request == "GET /login")
                {
                    Assert.Single(cookies);
                    Assert.Contains("redirect_uri=https%3A%2F%2Fbff.example%2Fcallback", Assert.Single(answer["Location"]),
                        StringComparison.Ordinal);
                }
                Assert.DoesNotContain("http://bff.example", answer.Text, StringComparison.Ordinal);
                Assert.DoesNotContain("http://app.example", answer.Text, StringComparison.Ordinal);
            }
    }
}
