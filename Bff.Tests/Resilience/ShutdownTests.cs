using System.Diagnostics;
using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>An instance that is asked to end (SIGTERM), as a process of its own.</summary>
public sealed class ShutdownTests(SharedRedis redis)
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task During_the_delay_it_is_not_ready_but_serves_and_then_it_ends_with_0()
    {
        await using var fleet = await Fleet.StartAsync(await redis.GetConfigurationAsync(), instances: 1,
            settings: [("Bff:ShutdownDelay", $"{Delay}")]);
        using var browser = await fleet.SignInAsync();
        using var stream = await EventsAsync(fleet, browser);
        var asked = Stopwatch.GetTimestamp();

        var ending = fleet[0].StopAsync();
        await Poll.UntilAsync(async () => await fleet[0].HealthAsync("ready") == HttpStatusCode.ServiceUnavailable);
        using var me = await browser.MeAsync();
        using var api = await browser.ApiAsync();
        var open = !stream.Ended.IsCompleted;

        Assert.Equal(HttpStatusCode.OK, await fleet[0].HealthAsync("live"));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (me.StatusCode, api.StatusCode));
        Assert.True(me.Headers.ConnectionClose == true && open);
        Assert.Equal(0, await ending);
        Assert.InRange(Stopwatch.GetElapsedTime(asked), Delay, Delay + TimeSpan.FromSeconds(20));
        Assert.DoesNotContain("session-ended", await stream.Ended, StringComparison.Ordinal);
        Assert.Contains(fleet[0].Log, line => line.Contains("SIGTERM: the instance is not ready any more", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refresh_that_runs_is_finished_and_leaves_no_lease()
    {
        await using var fleet = await Fleet.StartAsync(await redis.GetConfigurationAsync(), instances: 1,
            settings: [("Session:MinimumRefreshInterval", "00:00:00")]);
        using var browser = await fleet.SignInAsync();
        fleet.Pool.Faults.On("/oauth2/token", new EndpointFault { Latency = TimeSpan.FromSeconds(2), Times = 1 });

        var refresh = browser.RefreshAsync();
        await Poll.UntilAsync(async () => await LeasesAsync(fleet) == 1);
        var exitCode = await fleet[0].StopAsync();

        Assert.Equal(HttpStatusCode.OK, (await refresh).StatusCode);
        Assert.Equal((0, 0), (exitCode, await LeasesAsync(fleet)));
    }

    [Fact]
    public async Task A_second_SIGTERM_skips_the_delay()
    {
        await using var fleet = await Fleet.StartAsync(await redis.GetConfigurationAsync(), instances: 1,
            settings: [("Bff:ShutdownDelay", "00:05:00")]);

        var first = fleet[0].StopAsync();
        await Poll.UntilAsync(async () => await fleet[0].HealthAsync("ready") == HttpStatusCode.ServiceUnavailable);
        await fleet[0].SignalAsync("TERM");

        Assert.Equal(0, await first);
    }

    private static Task<int> LeasesAsync(Fleet fleet) => Task.FromResult(fleet.RedisConnection.GetServers()
        .SelectMany(server => server.Keys(pattern: fleet.KeyPrefix + "lease:*")).Count());

    /// <summary>A page's <c>EventSource</c> at the first instance; what it got is there when it has ended.</summary>
    private static async Task<OpenEvents> EventsAsync(Fleet fleet, FleetBrowser browser)
    {
        var client = new HttpClient();
        var (url, cookie) = (new Uri(fleet[0].Url, "/events"), OpenStream.Cookie(browser.Window));
        using var request = OpenStream.EventRequest(url, cookie, fleet.Spa.Origin());
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new OpenEvents(client, response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private sealed record OpenEvents(HttpClient Client, Task<string> Ended) : IDisposable
    {
        public void Dispose() => Client.Dispose();
    }
}
