using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Security;

[Row("CSR-01", "CSR-02", "CSR-03", "COR-01", "COR-03", "COR-05")]
public sealed class CrossSiteTests(SharedRedis redis)
{
    private static readonly string[] Guarded = ["GET /me", "POST /refresh", "POST /logout", "GET /api/hello"];

    public static TheoryData<string, string, string> Forged
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (var endpoint in Guarded)
            {
                rows.Add(endpoint, "X-CSRF", "");
                rows.Add(endpoint, "X-CSRF", "0");
                rows.Add(endpoint, "Origin", "https://evil.example");
                rows.Add(endpoint, "Origin", "null");
                rows.Add(endpoint, "Sec-Fetch-Site", "cross-site");
            }
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Forged))]
    public async Task A_request_another_site_could_have_caused_is_refused_before_the_session_is_read(string endpoint,
        string header, string value)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        using var answer = await SendAsync(system, browser, endpoint, (header, value));

        await answer.ProblemAsync(HttpStatusCode.Forbidden, "csrf");
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal(0, system.Pool.Requests.Grants("refresh_token") + system.Pool.Requests.Count("/oauth2/revoke"));
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    [Fact]
    public async Task A_client_that_is_no_browser_needs_the_header_alone()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        foreach (var endpoint in new[] { "GET /me", "GET /api/hello", "POST /refresh", "POST /logout" })
        {
            using var answer = await SendAsync(system, browser, endpoint);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("/me", 401)]
    [InlineData("/nothing", 404)]
    [InlineData("/login?returnUrl=https://evil.example", 400)]
    public async Task The_SPA_can_read_its_errors(string path, int status)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();

        using var answer = await browser.FetchAsync(system.Spa, HttpMethod.Get, new Uri(system.Url, path),
            [("X-CSRF", "1"), ("Accept", "application/json")]);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains("Origin", answer.Headers.Vary);
        Assert.Equal("Retry-After", Assert.Single(answer.Headers.GetValues("Access-Control-Expose-Headers")));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://localhost")]
    [InlineData("https://localhost:5173")]
    public async Task A_foreign_origin_gets_no_CORS_header_at_all(string origin)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Options })
        {
            using var request = new HttpRequestMessage(method, new Uri(system.Url, "/me"));
            request.Headers.Add("Origin", origin);
            request.Headers.Add("X-CSRF", "1");
            if (method == HttpMethod.Options) request.Headers.Add("Access-Control-Request-Method", "GET");
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task The_callback_has_no_CORS()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(system.Url, "/callback"));
        request.Headers.Add("Origin", system.Spa.Origin());

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    private static async Task<HttpResponseMessage> SendAsync(BffSystem system, Browser browser, string endpoint,
        (string Name, string Value)? changed = null)
    {
        var (method, path) = (endpoint.Split(' ')[0], endpoint.Split(' ')[1]);
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(system.Url, path));
        request.Headers.Add("Cookie", $"{The.SessionCookie}={browser.Cookie(The.SessionCookie)!.Value}");
        request.Headers.Add("X-CSRF", "1");
        if (changed is { } header)
        {
            request.Headers.Remove(header.Name);
            if (header.Value.Length > 0) request.Headers.Add(header.Name, header.Value);
        }
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
