using System.Net;
using System.Text;
using Bff.Tests.Hosting;

namespace Bff.Tests.Proxy;

/// <summary>What passes between the SPA and the API, and what the BFF answers in its place.</summary>
public sealed class ProxyTests(SharedRedis redis)
{
    [Fact, Row("PRX-01", "PRX-02")]
    public async Task The_API_gets_the_access_token_and_no_cookie_or_identity_header_of_the_client()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        using var answer = await browser.FetchAsync(system.Spa, HttpMethod.Get, new Uri(system.Url, "/api/hello"),
            [("X-CSRF", "1"), ("Authorization", "Bearer stolen"), ("X-Custom", "passes")]);

        var seen = await answer.JsonAsync();
        Assert.Equal(system.Pool.Users.All.Single(user => user.Email == The.Alice).Sub, (string?)seen["sub"]);
        var headers = seen["headers"]!.AsArray().Select(name => (string)name!).ToList();
        Assert.Contains("X-Custom", headers, StringComparer.OrdinalIgnoreCase);
        foreach (var name in new[] { "Cookie", "X-CSRF", "Origin", "Referer" })
            Assert.DoesNotContain(name, headers, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_body_passes_in_both_directions()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var text = $$"""{"text":"é","more":"{{new string('x', 200_000)}}"}""";

        using var answer = await browser.CallAsync(system, HttpMethod.Post, "/api/echo",
            body: new StringContent(text, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(text, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task The_APIs_own_errors_pass_unchanged(int status)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        using var answer = await browser.CallAsync(system, HttpMethod.Get, $"/api/status/{status}");

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal($$"""{"from":"api","status":{{status}}}""", (await answer.JsonAsync()).ToJsonString());
        Assert.False(answer.Headers.Contains("Retry-After"));
    }

    [Fact]
    public async Task Without_a_session_the_API_is_not_called()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();

        await (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
    }

    [Fact, Row("PRX-10")]
    public async Task Without_the_header_not_even_the_session_is_looked_up()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        using var answer = await browser.FetchAsync(system.Spa, HttpMethod.Get, new Uri(system.Url, "/api/hello"));

        await answer.ProblemAsync(HttpStatusCode.Forbidden, "csrf");
    }

    [Fact]
    public async Task An_API_that_is_away_is_a_502_of_ours()
    {
        await using var system =
            await BffSystem.StartAsync(redis, [("ReverseProxy:Clusters:api:Destinations:local:Address",
            $"http://localhost:{FreePort.Next()}")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        await (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).ProblemAsync(HttpStatusCode.BadGateway, "api_unreachable");
    }

    [Fact, Row("PRX-12")]
    public async Task An_API_that_does_not_answer_is_a_504_of_ours()
    {
        using var silent = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var system = await BffSystem.StartAsync(redis,
        [
            ("ReverseProxy:Clusters:api:Destinations:local:Address", $"http://{silent.LocalEndpoint}"),
            ("ReverseProxy:Clusters:api:HttpRequest:ActivityTimeout", "00:00:01"),
        ]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        await (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).ProblemAsync(HttpStatusCode.GatewayTimeout, "api_timeout");
    }

    [Fact]
    public async Task A_path_that_no_route_maps_is_a_404_of_ours()
    {
        await using var system = await BffSystem.StartAsync(redis, [("ReverseProxy:Routes:api:Match:Path", "/api/known/{**catch-all}")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        await (await browser.CallAsync(system, HttpMethod.Get, "/api/unknown")).ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task An_event_stream_arrives_while_it_is_written()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        using var answer = await browser.CallAsync(system, HttpMethod.Get, "/api/events");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("event: tick", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
    }
}
