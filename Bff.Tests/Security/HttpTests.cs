using System.Net;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Configuration;

namespace Bff.Tests.Security;

/// <summary>What every answer has in common, and what of a request changes none.</summary>
public sealed class HttpTests(SharedRedis redis)
{
    public static TheoryData<string, string, int> Answers => new()
    {
        { "GET", "/login", 302 },
        { "GET", "/login?returnUrl=https://evil.example", 400 },
        { "GET", "/callback", 400 },
        { "GET", "/me", 401 },
        { "POST", "/refresh", 401 },
        { "POST", "/logout", 200 },
        { "GET", "/sessions", 401 },
        { "GET", "/events", 401 },
        { "GET", "/api/hello", 401 },
        { "GET", "/nothing", 404 },
        { "DELETE", "/me", 405 },
        { "TRACE", "/me", 405 },
        { "GET", "/swagger/index.html", 200 },
        { "GET", "/openapi.yaml", 200 },
        { "GET", "/health/ready", 404 },
        { "GET", "/metrics", 404 },
    };

    [Theory]
    [Row("HTP-02", "HTP-04", "HTP-05")]
    [MemberData(nameof(Answers))]
    public async Task Every_answer_is_uncacheable_and_carries_the_security_headers(string method, string path, int status)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var answer = await SendAsync(system, method, path);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Contains("frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
        Assert.Contains("Origin", answer.Headers.Vary);
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
        if (status >= 400) Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [Row("HTP-01")]
    [InlineData("POST", "/login", "GET")]
    [InlineData("POST", "/callback", "GET")]
    [InlineData("HEAD", "/callback", "GET")]
    [InlineData("POST", "/me", "GET")]
    [InlineData("GET", "/refresh", "POST")]
    [InlineData("GET", "/logout", "POST")]
    [InlineData("POST", "/events", "GET")]
    public async Task A_wrong_method_is_405_with_Allow(string method, string path, string allowed)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var answer = await SendAsync(system, method, path);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal([allowed], answer.Content.Headers.Allow);
        if (method != "HEAD") await answer.ProblemAsync(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
    }

    [Fact]
    public async Task An_https_address_sends_Strict_Transport_Security()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Bff:PublicUrl", "https://bff.example")]);
        using var answer = await SendAsync(system, "GET", "/me");

        Assert.Equal("max-age=31536000; includeSubDomains", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
    }

    [Fact]
    public async Task An_http_provider_elsewhere_than_on_loopback_is_said_loudly_at_start()
    {
        await using var system =
            await BffSystem.StartAsync(redis, [("Oidc:Authority", "http://user-pool.invalid/pool"), ("Oidc:AllowHttp", "true")]);

        Assert.Contains("WITHOUT TLS", system.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    [Row("LOG-06")]
    public async Task Swagger_can_be_switched_off()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Bff:Swagger", "false")]);

        foreach (var path in new[] { "/swagger/", "/swagger/index.html", "/swagger/start.js", "/openapi.yaml" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(system, "GET", path)).StatusCode);
        }
        using var login = await SendAsync(system, "GET", $"/login?returnUrl={Uri.EscapeDataString(system.Url + "swagger/")}");
        await login.ProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    [Row("FWD-04")]
    public async Task The_clients_address_is_believed_from_a_known_proxy_only()
    {
        await using var system =
            await BffSystem.StartAsync(redis, [("RateLimit:LoginsPerMinute", "1"), ("Bff:KnownProxies:0", "127.0.0.0/8"),
            ("Bff:KnownProxies:1", "::1")]);
        Assert.Equal(HttpStatusCode.Found, (await SendAsync(system, "GET", "/login", ("X-Forwarded-For", "203.0.113.1"))).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await SendAsync(system, "GET", "/login", ("X-Forwarded-For", "203.0.113.2"))).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests,
            (await SendAsync(system, "GET", "/login", ("X-Forwarded-For", "198.51.100.7, 203.0.113.2"))).StatusCode);

        system.Settings.Remove("Bff:KnownProxies:0");
        system.Settings.Remove("Bff:KnownProxies:1");
        await system.RestartAsync();
        Assert.Equal(HttpStatusCode.Found, (await SendAsync(system, "GET", "/login", ("X-Forwarded-For", "203.0.113.1"))).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests,
            (await SendAsync(system, "GET", "/login", ("X-Forwarded-For", "203.0.113.9"))).StatusCode);
    }

    [Fact]
    [Row("FWD-01", "FWD-02")]
    public async Task Host_and_forwarded_headers_change_no_URL_of_ours()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var answer = await SendAsync(system, "GET", "/login",
            ("Host", "evil.example"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Prefix", "/evil"), ("Forwarded", "host=evil.example"));

        Assert.Contains("redirect_uri=" + Uri.EscapeDataString(system.Url.Origin() + "/callback"), answer.Headers.Location!.Query,
            StringComparison.Ordinal);
        Assert.DoesNotContain("evil", answer.Headers.ToString(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendAsync(BffSystem system, string method, string path,
        params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(system.Url, path));
        request.Headers.Add("X-CSRF", "1");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
