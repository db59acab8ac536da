using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>
/// A 4xx of the token endpoint is about one request: it takes the API from no other user, and a session that nothing can renew
/// ends.
/// </summary>
[Row("RFR-04", "RFR-05")]
public sealed class RefusedRequestTests(SharedRedis redis)
{
    private const string Token = "/oauth2/token", Page = "<html><body>Bad Request</body></html>";

    [Theory]
    [InlineData(400, ""), InlineData(400, Page), InlineData(400, "{}"), InlineData(400, "null"), InlineData(400, "[]")]
    [InlineData(400, "\"invalid_grant\""), InlineData(400, "{\"error\":"), InlineData(400, """{"error":""}""")]
    [InlineData(400, """{"error":null}"""), InlineData(400, """{"error":400}""")]
    [InlineData(400, """{"error":{"code":"invalid_grant"}}"""), InlineData(400, """{"error":["invalid_grant"]}""")]
    [InlineData(400, """{"error":"\ud800"}""")]
    [InlineData(400, """{"message":"bad token"}"""), InlineData(400, """{"Error":"invalid_grant"}"""), InlineData(400, "", 30)]
    [InlineData(403, """{"error":"invalid_grant"}"""), InlineData(404, """{"error":"invalid_grant"}""")]
    [InlineData(422, """{"error":"invalid_grant"}"""), InlineData(200, """{"error":"invalid_grant"}""")]
    public async Task A_refusal_that_may_be_invalid_grant_ends_a_session_whose_access_token_expired(
        int status, string body, int? retryAfter = null)
    {
        await using var system = await StartAsync();
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Pool.Faults.On(Token, new EndpointFault { Status = status, Body = body, RetryAfter = retryAfter });

        system.Time.Advance(TimeSpan.FromMinutes(59.5));
        for (var use = 0; use < 5; use++) Assert.Equal(
            HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        await (await browser.RefreshAsync(system)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");
        system.Time.Advance(TimeSpan.FromMinutes(1));

        await (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");
        Assert.Null(browser.Cookie(The.SessionCookie));
        await (await browser.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_client"}""", true), InlineData(401, """{"error":"invalid_client"}""", true)]
    [InlineData(401, "", true), InlineData(401, Page, true), InlineData(403, "", true), InlineData(403, "{}", true)]
    [InlineData(403, """{"error":"access_denied"}""", true), InlineData(400, """{"error":"unauthorized_client"}""", false)]
    [InlineData(400, """{"error":"user_suspended"}""", false), InlineData(404, "", false)]
    [InlineData(405, "", false), InlineData(408, "", false), InlineData(415, "", false), InlineData(422, "{}", false)]
    [InlineData(499, Page, false), InlineData(200, """{"error":"bad_refresh_token"}""", false)]
    public async Task Any_other_refusal_keeps_the_session_and_takes_nothing_from_other_users(int status, string body, bool isAboutClient)
    {
        await using var system = await StartAsync();
        using var other = system.Browser();
        await other.SignInAsync(system, The.Bob);
        using var browser = await system.ExpiredAsync();
        system.Pool.Faults.On(Token, new EndpointFault { Status = status, Body = body, RetryAfter = 30, Times = 5 });

        for (var use = 0; use < 5; use++)
        {
            using var answer = await browser.CallAsync(system, HttpMethod.Get, "/api/hello");
            await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        Assert.Equal(5, system.Pool.Requests.Grants("refresh_token"));
        Assert.Equal(HttpStatusCode.OK, (await other.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        var lines = system.Logs.Lines.Where(line => line.Contains(
            $"refused the refresh_token request: status {status}", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, lines.Count);
        Assert.All(lines, line => Assert.Equal(isAboutClient, line.Contains(
            "Check Oidc:ClientId, Oidc:ClientSecret and Oidc:ClientAuthentication (client_secret_post)", StringComparison.Ordinal)
            && line.Contains("Some providers do not decode a Basic secret with special characters", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_users_dead_refresh_token_keeps_no_other_user_waiting()
    {
        await using var system = await StartAsync();
        var browsers = new[] { system.Browser(), system.Browser(), system.Browser() };
        foreach (var browser in browsers) await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(59.5));
        system.Pool.Faults.On(Token, new EndpointFault { Status = 400, Times = 10 });

        for (var use = 0; use < 10; use++) Assert.Equal(
            HttpStatusCode.OK, (await browsers[0].CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        system.Time.Advance(TimeSpan.FromMinutes(1));

        foreach (var browser in browsers) Assert.Equal(
            HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        Assert.Equal(13, system.Pool.Requests.Grants("refresh_token"));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Tokens_that_are_issued_to_anybody_clear_the_count_of_failures(bool bySignIn)
    {
        await using var system = await StartAsync();
        using var healthy = system.Browser();
        await healthy.SignInAsync(system);
        using var browser = await system.ExpiredAsync();

        for (var round = 0; round < 3; round++)
        {
            system.Pool.Faults.On(Token, new EndpointFault { Status = 500, Times = 2 });
            for (var failure = 0; failure < 2; failure++) await (await browser.RefreshAsync(system)).ProblemAsync(
                HttpStatusCode.ServiceUnavailable, "provider_unavailable");
            using var another = system.Browser();
            if (bySignIn) await another.SignInAsync(system);
            else Assert.Equal(HttpStatusCode.OK, (await healthy.RefreshAsync(system)).StatusCode);
            system.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(bySignIn ? 6 : 9, system.Pool.Requests.Grants("refresh_token"));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
    }

    private Task<BffSystem> StartAsync() => BffSystem.StartAsync(redis, [("Session:IdleTimeout", "12:00:00")]);
}
