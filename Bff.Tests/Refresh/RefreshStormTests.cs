using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>Many callers, several instances, refresh tokens that work once.</summary>
public sealed class RefreshStormTests(SharedRedis redis)
{
    [Fact, Row("RFR-01", "RFR-02")]
    public async Task Forty_callers_at_expiry_over_two_instances_cost_one_refresh()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "04:00:00")], Strict);
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        for (var round = 1; round <= 3; round++)
        {
            system.Time.Advance(TimeSpan.FromMinutes(61));
            system.Pool.Faults.On("/oauth2/token", new EndpointFault { Latency = TimeSpan.FromMilliseconds(300) });

            var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
                i % 4 < 2 ? browser.RefreshAsync(system, i % 2 == 0 ? system.Url : other)
                    : browser.CallAsync(system, HttpMethod.Get, "/api/hello", i % 2 == 0 ? system.Url : other)));

            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
            Assert.All(answers, answer => Assert.False(answer.Headers.Contains("Set-Cookie")));
            Assert.Equal(round, system.Pool.Requests.Grants("refresh_token"));
        }
        var sent = system.Pool.Requests.TokenRequests.Where(request => request.GrantType == "refresh_token").ToList();
        Assert.Equal(3, sent.Select(request => request.Form["refresh_token"]).Distinct().Count());
        Assert.All(sent, request => Assert.False(request.Form.ContainsKey("scope")));
        Assert.All(sent, request => Assert.Equal(system.Pool.Options.Clients[0].ClientSecrets[0], request.Form["client_secret"]));
    }

    [Fact, Row("RFR-04")]
    public async Task A_refused_refresh_ends_the_session_once_for_all_callers_and_is_not_tried_again()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "04:00:00")], Strict);
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var cookie = browser.Cookie(The.SessionCookie)!;
        system.Time.Advance(TimeSpan.FromMinutes(61));
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 400, Body = """{"error":"invalid_grant"}""", Latency = TimeSpan.FromMilliseconds(500) });

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i =>
            i % 4 < 2 ? browser.RefreshAsync(system, i % 2 == 0 ? system.Url : other)
                : browser.CallAsync(system, HttpMethod.Get, "/api/hello", i % 2 == 0 ? system.Url : other)));
        browser.Cookies.Put(cookie);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        Assert.Contains(answers, answer => answer.Headers.Contains("Set-Cookie"));
        for (var i = 0; i < 3; i++) await (await browser.RefreshAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
        Assert.DoesNotContain(system.Keys(), key =>
            key.Contains(":session:", StringComparison.Ordinal) || key.Contains(":lease:", StringComparison.Ordinal));
    }

    [Fact, Row("RFR-09")]
    public async Task The_lease_of_a_dead_instance_delays_others_by_seconds_only()
    {
        await using var system = await BffSystem.StartAsync(redis, pool: Strict);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(5));
        var lease = Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal))
            .Replace(":session:", ":lease:", StringComparison.Ordinal);
        await system.Redis.StringSetAsync(lease, "of the dead", TimeSpan.FromSeconds(5));

        using var answer = await browser.RefreshAsync(system).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
        Assert.False(await system.Redis.KeyExistsAsync(lease));
    }

    [Fact, Row("RFR-09", "OPS-02")]
    public async Task New_tokens_are_saved_when_Redis_refuses_writes_for_a_moment()
    {
        await using var own = await RedisServer.StartNewAsync();
        await using var system = await BffSystem.StartAsync(own.Configuration, pool: Strict);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        var refresh = await RefreshWithoutWritesAsync(system, browser);
        await Poll.UntilAsync(() => Task.FromResult(system.Logs.All.Contains("Redis failed: NOREPLICAS", StringComparison.Ordinal)));
        await system.Redis.ExecuteAsync("CONFIG", "SET", "min-replicas-to-write", "0");

        // The old refresh token works once: without the new one the session would be over.
        Assert.Equal(HttpStatusCode.OK, (await refresh).StatusCode);
        system.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        Assert.Equal(2, system.Pool.Requests.Grants("refresh_token"));
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":lease:", StringComparison.Ordinal));
    }

    [Fact, Row("RFR-09", "OPS-02")]
    public async Task New_tokens_that_Redis_refuses_for_too_long_are_lost_and_logged()
    {
        await using var own = await RedisServer.StartNewAsync();
        await using var system = await BffSystem.StartAsync(own.Configuration, pool: Strict);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        using (var answer = await await RefreshWithoutWritesAsync(system, browser))
        {
            await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
        Assert.Contains("could not be written to Redis", system.Logs.All, StringComparison.Ordinal);
        await system.Redis.ExecuteAsync("CONFIG", "SET", "min-replicas-to-write", "0");

        // Without a rotation grace this costs one sign-in, and not more.
        await (await browser.RefreshAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");
        Assert.Null(browser.Cookie(The.SessionCookie));
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        Assert.Equal(3, system.Pool.Requests.Grants("refresh_token"));
    }

    /// <summary>A refresh whose tokens are on their way, to a Redis that takes no writes from now on.</summary>
    private static async Task<Task<HttpResponseMessage>> RefreshWithoutWritesAsync(BffSystem system, Browser browser)
    {
        system.Time.Advance(TimeSpan.FromMinutes(5));
        var granted = system.Pool.Requests.Done("/oauth2/token");
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { AnswerLatency = TimeSpan.FromSeconds(1), Times = 1 });

        var refresh = browser.RefreshAsync(system);
        await Poll.UntilAsync(() => Task.FromResult(system.Pool.Requests.Done("/oauth2/token") > granted));
        await system.Redis.ExecuteAsync("CONFIG", "SET", "min-replicas-to-write", "1");
        return refresh;
    }

    private static void Strict(Bff.Local.UserPool.UserPoolOptions options) =>
        (options.Clients[0].RefreshTokenRotation.Feature, options.Clients[0].RefreshTokenRotation.RetryGracePeriodSeconds) = ("ENABLED", 0);
}
