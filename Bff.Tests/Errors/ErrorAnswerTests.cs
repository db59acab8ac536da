using Bff.Tests.Hosting;
using Bff.Tests.Security;
using Microsoft.Extensions.DependencyInjection;

namespace Bff.Tests.Errors;

/// <summary>Every status that the BFF can answer with: what it says, and what it never says.</summary>
public sealed class ErrorAnswerTests
{
    private const string Canary = "canary-c4f1d2: db-7.internal refused the connection";

    [Fact]
    [Row("HTP-02", "HTP-04", "HTP-05", "HTP-06", "COR-03")]
    public async Task Every_error_is_a_problem_that_the_SPA_can_read_without_internal_details()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var provider = await TestProvider.StartAsync();
        provider.SpoilAnswer = answer => answer.Remove("refresh_token");
        provider.Answer("/api/hello", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        var clock = new FaultyClock();
        await using var system = await BffSystem.StartAsync(redis.Configuration,
            [.. provider.Settings, ("ReverseProxy:Clusters:api:Destinations:local:Address", provider.Origin),
                ("RateLimit:LoginsPerMinute", "3"), ("Session:MinimumRefreshInterval", "00:00:00")],
            poolIsDown: true, bff: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var cookie = $"Cookie: {The.SessionCookie}={browser.Cookie(The.SessionCookie)!.Value}";

        async Task AnswersAsync(int status, string code, string request, params string[] headers)
        {
            string[] all = [.. headers, "Origin: " + system.Spa.Origin()];
            var (line, body) = (request.Split('\n')[0] + " HTTP/1.1", request.Split('\n').ElementAtOrDefault(1) ?? "");
            if (body.Length > 0) all = [.. all, $"Content-Length: {body.Length}"];
            var answer = await RawAnswer.ToAsync(system.Url, line, all, body);
            Assert.True(answer.Status == status && answer.IsProblem(code), $"{request[..Math.Min(60, request.Length)]}: {answer}");
            Assert.Contains($"\"type\":\"urn:bff:problem:{code}\"", answer.Body, StringComparison.Ordinal);
            Assert.Equal([system.Spa.Origin()], answer["Access-Control-Allow-Origin"]);
            Assert.Equal(status is 429 or 503, answer["Retry-After"].Length > 0);
            TellsNothing(answer);

            var page = await RawAnswer.ToAsync(system.Url, line, [.. all, "Accept: text/html"], body);
            Assert.True(page.Status == status && page["Content-Type"] is ["text/html; charset=utf-8"]
                && page.Body.Contains("/login\"", StringComparison.Ordinal), page.Text);
            Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
            TellsNothing(page);
        }

        void TellsNothing(RawAnswer answer)
        {
            StandardHeaders.AreOn(answer);
            string[] inside = [Canary[..10], "db-7", "Exception", "   at ", "Bff.", "Kestrel", "Redis", redis.Configuration,
                provider.Origin, TestProvider.ClientSecret, "access-1", The.Subject];
            Assert.DoesNotContain(inside, word => answer.Text.Contains(word, StringComparison.Ordinal));
        }

        await AnswersAsync(400, "invalid_request", "GET /login?returnUrl=https://evil.example", "Accept: application/json");
        await AnswersAsync(401, "no_session", "GET /me", "X-CSRF: 1");
        await AnswersAsync(401, "no_session", "GET /api/hello", "X-CSRF: 1");
        await AnswersAsync(403, "csrf", "GET /me", cookie);
        await AnswersAsync(404, "not_found", "GET /nothing");
        await AnswersAsync(404, "not_found", "GET /api/../nothing");
        await AnswersAsync(405, "method_not_allowed", "POST /me", "X-CSRF: 1");
        await AnswersAsync(409, "no_refresh_token", "POST /refresh\n ", cookie, "X-CSRF: 1");
        await AnswersAsync(413, "too_large", "POST /refresh\n" + new string('x', 100_000), cookie, "X-CSRF: 1");
        await AnswersAsync(502, "api_unreachable", "GET /api/hello", cookie, "X-CSRF: 1");
        // Three began above, with this pair's own: the limit is reached.
        await RawAnswer.ToAsync(system.Url, "GET /login HTTP/1.1", []);
        await AnswersAsync(429, "rate_limited", "GET /login", "Accept: application/json");
        clock.Fault = new InvalidOperationException(Canary);
        await AnswersAsync(500, "internal_error", "GET /me", cookie, "X-CSRF: 1");
        clock.Fault = null;
        await redis.StopAsync();
        await AnswersAsync(503, "store_unavailable", "GET /me", cookie, "X-CSRF: 1");
    }

    [Fact]
    [Row("HTP-02", "HTP-04", "HTP-05")]
    public async Task Every_success_redirect_and_page_is_uncacheable_and_carries_the_security_headers()
    {
        await using var attacked = await AttackedSystem.StartAsync();
        (int Status, string Request, string[] Headers)[] requests =
        [
            (302, "GET /login", []), (200, "GET /login", ["Accept: application/json"]), (204, "GET /login", ["Sec-Purpose: prefetch"]),
            (200, "GET /me", attacked.Rightful), (200, "POST /refresh", attacked.Rightful),
            (200, "GET /api/hello", attacked.Rightful), (200, "HEAD /api/hello", attacked.Rightful),
            (204, "OPTIONS /me", ["Origin: " + attacked.System.Spa.Origin(), "Access-Control-Request-Method: GET"]),
            (301, "GET /swagger", []), (200, "GET /swagger/index.html", []), (200, "GET /swagger/swagger-ui-bundle.js", []),
            (200, "GET /swagger/start.js", []), (200, "GET /openapi.yaml", []),
            (303, "POST /logout", ["Origin: " + attacked.System.Spa.Origin(), "Content-Type: application/x-www-form-urlencoded"]),
            (200, "POST /logout", attacked.Rightful),
        ];

        foreach (var (status, request, headers) in requests)
        {
            var answer = await attacked.SendAsync(request.Split(' ')[0], request.Split(' ')[1], [.. headers, "Content-Length: 0"]);

            Assert.True(answer.Status == status, $"{request}: {answer}");
            StandardHeaders.AreOn(answer);
        }
        foreach (var (request, status) in new[] { ("GET /health/live", 200), ("GET /health/ready", 200), ("GET /nothing", 404),
            ("POST /health/live", 405), ("TRACE /", 404) })
        {
            var answer = await RawAnswer.ToAsync(attacked.System.Management, request + " HTTP/1.1", []);
            Assert.True(answer.Status == status, $"{request}: {answer}");
            StandardHeaders.AreOn(answer);
        }
    }

    private sealed class FaultyClock : TimeProvider
    {
        public Exception? Fault { get; set; }

        public override DateTimeOffset GetUtcNow() => Fault is null ? base.GetUtcNow() : throw Fault;
    }
}
