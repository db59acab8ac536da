using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>Refresh tokens work once: what a refresh brought is kept, whatever Redis, the caller or the process is about to do.</summary>
[Row("RFR-02", "OPS-02")]
public sealed class KeptTokensTests(SharedRedis redis)
{
    [Fact]
    public async Task A_refresh_that_nobody_waits_for_any_more_is_kept_before_the_process_ends()
    {
        var steps = new ProviderSteps();
        await using var system =
            await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "12:00:00")], ExpiredSessions.Rotation(grace: 0),
            bff: steps.Configure);
        var other = await system.AddInstanceAsync();
        using var browser = await system.ExpiredAsync();
        var answered = steps.StopAfter();

        await CallAndLeaveAsync(system, browser, answered);
        var stopping = system.StopFirstAsync();
        await Task.WhenAny(stopping, Task.Delay(500, TestContext.Current.CancellationToken));
        answered.Go();
        await stopping;

        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello", other)).StatusCode);
        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
        Assert.DoesNotContain(" ended (", system.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refresh_that_outlasts_the_shutdown_is_given_up_with_a_log_line()
    {
        var steps = new ProviderSteps();
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "12:00:00")], bff: steps.Configure);
        using var browser = await system.ExpiredAsync();
        var answered = steps.StopAfter();
        await CallAndLeaveAsync(system, browser, answered);

        var fault = await Record.ExceptionAsync(system.StopFirstAsync);
        answered.Go();

        Assert.Null(fault);
        Assert.Single(system.Logs.Lines, line =>
            line.StartsWith("Warning", StringComparison.Ordinal)
            && line.Contains("before 1 refreshes have finished", StringComparison.Ordinal));
    }

    /// <summary>Until the provider has answered.</summary>
    private static async Task CallAndLeaveAsync(BffSystem system, Browser browser, RedisGate.Stop answered)
    {
        using var tab = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get,
            new Uri(system.Url, "/api/hello"))
        { Headers = { { "X-CSRF", "1" }, { "Cookie", OpenStream.Cookie(browser) } } };
        var refresh = tab.SendAsync(request, TestContext.Current.CancellationToken);
        await answered.Reached;
        tab.CancelPendingRequests();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refresh);
    }
}
