using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>A provider that fails, throttles or is slow: sessions stay, valid tokens serve, and it is not hammered.</summary>
[Row("RFR-05")]
public sealed class ProviderTroubleTests(SharedRedis redis)
{
    private const string Token = "/oauth2/token";

    /// <summary>How many refreshes one instance has at the provider at the same time.</summary>
    private const int Places = 20;

    [Fact]
    public async Task A_provider_that_fails_three_times_is_left_alone_for_five_seconds()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "12:00:00")]);
        var browsers = await SignInAsync(system, 6);
        system.Time.Advance(TimeSpan.FromMinutes(61));
        system.Pool.Faults.On(Token, new EndpointFault { Status = 500 });

        foreach (var browser in browsers) await AssertUnavailableAsync(await browser.CallAsync(system, HttpMethod.Get, "/api/hello"));
        Assert.Equal(3, system.Pool.Requests.Grants("refresh_token"));
        system.Pool.Faults.Clear();
        system.Time.Advance(TimeSpan.FromSeconds(4));
        await AssertUnavailableAsync(await browsers[0].CallAsync(system, HttpMethod.Get, "/api/hello"));
        Assert.Equal(3, system.Pool.Requests.Grants("refresh_token"));

        system.Time.Advance(TimeSpan.FromSeconds(2));
        foreach (var answer in await Task.WhenAll(browsers.Select(browser => browser.CallAsync(system, HttpMethod.Get, "/api/hello"))))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory, InlineData("invalid_scope"), InlineData("invalid_request"), InlineData("user_suspended")]
    public async Task What_it_refuses_one_user_keeps_no_other_waiting(string error)
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "12:00:00")]);
        var browsers = await SignInAsync(system, 2);
        system.Time.Advance(TimeSpan.FromMinutes(61));
        system.Pool.Faults.On(Token, new EndpointFault { Status = 400, Body = $$"""{"error":"{{error}}"}""", Times = 5 });

        for (var i = 0; i < 5; i++) await AssertUnavailableAsync(await browsers[0].CallAsync(system, HttpMethod.Get, "/api/hello"));

        Assert.Equal(HttpStatusCode.OK, (await browsers[1].CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browsers[0].CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
    }

    [Fact]
    public async Task After_a_429_the_provider_is_not_asked_until_Retry_After_and_valid_tokens_serve()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "12:00:00")]);
        var browsers = await SignInAsync(system, 2);
        system.Time.Advance(TimeSpan.FromMinutes(59.5));
        system.Pool.Faults.On(Token, new EndpointFault { Status = 429, RetryAfter = 50 });

        for (var i = 0; i < 6; i++)
            Assert.Equal(HttpStatusCode.OK, (await browsers[i % 2].CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
        system.Time.Advance(TimeSpan.FromSeconds(40));
        using var answer = await browsers[0].CallAsync(system, HttpMethod.Get, "/api/hello");
        await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");
        Assert.Equal(TimeSpan.FromSeconds(10), answer.Headers.RetryAfter!.Delta);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));

        system.Pool.Faults.Clear();
        system.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(HttpStatusCode.OK, (await browsers[0].CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
    }

    [Fact]
    public async Task Throttled_without_a_time_it_is_left_alone_at_once_too()
    {
        await using var system = await BffSystem.StartAsync(redis);
        var browsers = await SignInAsync(system, 2);
        system.Time.Advance(TimeSpan.FromMinutes(5));
        system.Pool.Faults.On(Token, new EndpointFault { Status = 429 });

        foreach (var browser in browsers) await AssertUnavailableAsync(await browser.RefreshAsync(system));

        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
    }

    [Fact]
    public async Task While_all_places_are_taken_a_valid_token_serves_and_an_expired_one_waits()
    {
        await using var system =
            await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "12:00:00"), ("Oidc:BackchannelTimeout", "00:00:30")]);
        using var last = system.Browser();
        var browsers = await SignInAsync(system, Places + 2);
        system.Time.Advance(TimeSpan.FromMinutes(2));
        await last.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(58.5));
        system.Pool.Faults.On(Token, new EndpointFault { Latency = TimeSpan.FromSeconds(5), Times = Places });

        var slow = browsers.Select(browser => browser.CallAsync(system, HttpMethod.Get, "/api/hello")).ToList();
        await Poll.UntilAsync(() => Task.FromResult(system.Pool.Requests.Grants("refresh_token") == Places));
        Assert.Equal(HttpStatusCode.OK, (await last.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        Assert.Equal(Places, system.Pool.Requests.Grants("refresh_token"));
        Assert.DoesNotContain(slow, call => call.IsCompleted);

        foreach (var call in slow) Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
        Assert.Equal(browsers.Length, system.Pool.Requests.Grants("refresh_token"));
    }

    [Fact]
    public async Task A_refresh_that_finds_no_place_in_time_is_503_and_keeps_the_session()
    {
        await using var system =
            await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "12:00:00"), ("Oidc:BackchannelTimeout", "00:00:02")]);
        var browsers = await SignInAsync(system, Places + 2);
        system.Time.Advance(TimeSpan.FromMinutes(61));
        system.Pool.Faults.On(Token, new EndpointFault { Hang = true });

        await Task.WhenAll(browsers.Select(async browser =>
            await AssertUnavailableAsync(await browser.CallAsync(system, HttpMethod.Get, "/api/hello"))));

        foreach (var browser in browsers) Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    private static async Task<Browser[]> SignInAsync(BffSystem system, int count)
    {
        var browsers = new Browser[count];
        for (var i = 0; i < count; i++) await (browsers[i] = system.Browser()).SignInAsync(system);
        return browsers;
    }

    private static async Task AssertUnavailableAsync(HttpResponseMessage answer)
    {
        await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }
}
