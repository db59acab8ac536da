using System.Net;
using Bff.Tests.Hosting;
using Bff.Tests.Sessions;

namespace Bff.Tests.Operations;

/// <summary>What metrics say of requests that are passed to the API, and of streams.</summary>
public sealed class ProxyMetricTests(SharedRedis redis)
{
    [Theory]
    [InlineData("/api/hello", "2xx"), InlineData("/api/status/302", "3xx"), InlineData("/api/status/404", "4xx")]
    [InlineData("/api/status/503", "5xx")]
    public async Task A_proxied_request_counts_under_its_route_and_the_class_of_the_status(string path, string outcome)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var measured = new Measured(system);

        await browser.CallAsync(system, HttpMethod.Get, path);

        await measured.UntilAllIsAsync($"bff.api.requests route=api outcome={outcome} 1");
    }

    [Fact]
    public async Task An_API_that_is_away_counts_as_such()
    {
        await using var system =
            await BffSystem.StartAsync(redis, [("ReverseProxy:Clusters:api:Destinations:local:Address", "http://127.0.0.1:1")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var measured = new Measured(system);

        using var answer = await browser.CallAsync(system, HttpMethod.Get, "/api/hello");

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        await measured.UntilAllIsAsync("""
            bff.api.requests route=api outcome=api_unreachable 1
            bff.problems code=api_unreachable 1
            """);
    }

    [Fact]
    public async Task A_request_that_never_reaches_the_API_is_not_proxied()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var measured = new Measured(system);

        await RawAnswer.ToAsync(system.Url, "GET /api/hello HTTP/1.1", ["X-CSRF: 1"]);

        Assert.Equal("bff.problems code=no_session 1", measured.All);
    }

    [Fact]
    public async Task Streams_count_while_they_are_open()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var measured = new Measured(system);

        using (await PageEvents.OpenAsync(system, browser))
        using (var socket = await OpenStream.SocketAsync(system, browser))
        using (var events = await OpenStream.EventsAsync(system, browser))
        {
            await socket.IsAliveAsync();
            await events.IsAliveAsync();

            Assert.Equal("""
                bff.open_streams kind=api_events 1
                bff.open_streams kind=events 1
                bff.open_streams kind=websocket 1
                """, measured.All);
        }

        for (var i = 0; i < 100 && measured.All.Contains("open_streams", StringComparison.Ordinal); i++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("open_streams", measured.All, StringComparison.Ordinal);
    }
}
