using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Operations;

/// <summary>What metrics say of Redis, and of requests that are refused.</summary>
public sealed class RedisMetricTests(SharedRedis redis)
{
    [Fact]
    public async Task A_request_of_a_session_is_one_command()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var measured = new Measured(system);

        await browser.MeAsync(system);

        Assert.Equal(1, measured["bff.redis.command.duration command=HMGET outcome=ok"]);
        Assert.Equal("", measured.All);
    }

    [Fact]
    public async Task A_Redis_that_is_away_is_seen_in_its_commands()
    {
        await using var own = await RedisServer.StartNewAsync();
        await using var system = await BffSystem.StartAsync(own.Configuration);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var measured = new Measured(system);

        await own.StopAsync();
        using var answer = await browser.MeAsync(system);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(1, measured["bff.redis.command.duration command=HMGET outcome=failed"]);
        Assert.Equal("bff.problems code=store_unavailable 1", measured.All);
    }

    [Theory]
    [InlineData("GET /me", "X-CSRF: 1", "no_session"), InlineData("GET /me", "Origin: https://foreign.example", "csrf")]
    [InlineData("GET /nothing/4711", "X-CSRF: 1", "not_found"), InlineData("PUT /me", "X-CSRF: 1", "method_not_allowed")]
    [InlineData("GET /login?returnUrl=https://foreign.example", "Accept: */*", "invalid_request")]
    [InlineData("GET /callback?code=x&state=y", "Accept: */*", "login_expired")]
    public async Task A_refused_request_counts_under_its_code(string request, string header, string code)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var measured = new Measured(system);

        await RawAnswer.ToAsync(system.Url, request + " HTTP/1.1", [header, "Content-Length: 0"]);

        Assert.Equal($"bff.problems code={code} 1", measured.All);
    }
}
