using System.Net.WebSockets;
using Bff.Tests.Hosting;

namespace Bff.Tests.Proxy;

/// <summary>A WebSocket's handshake of which a proxy in front has left a plain request.</summary>
public sealed class RemovedUpgradeTests(SharedRedis redis)
{
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", Version = "Sec-WebSocket-Version: 13";
    private const string Connection = "Connection: Upgrade, close", Upgrade = "Upgrade: websocket";

    [Theory]
    [InlineData("HTTP/1.1", Key, Version), InlineData("HTTP/1.1", Key, Version, Upgrade), InlineData("HTTP/1.1", Key, Version, Connection)]
    [InlineData("HTTP/1.0", Key, Version, "Connection: close"), InlineData("HTTP/1.0", Key, Version, Connection, Upgrade)]
    [InlineData("HTTP/1.1", Version), InlineData("HTTP/1.1", Key, "Via: 1.1 proxy")]
    [InlineData("HTTP/1.1", Key, "Upgrade: h2c", Connection)]
    public async Task The_refusal_names_the_missing_header_and_the_proxy(string version, params string[] headers)
    {
        await using var api = await RecordingApi.StartAsync();
        await using var user = await SignedIn.StartAsync(redis, api.Settings);

        string[] all = [.. headers, "Origin: " + user.System.Spa.Origin(), user.Cookie];
        var answer = await RawAnswer.ToAsync(user.System.Url, "GET /api/socket " + version, all);

        Assert.True(answer.Status == 403 && answer.IsProblem("csrf"), answer.Text);
        Assert.Contains("Upgrade: websocket or Connection: Upgrade is missing. A proxy in front", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Origin", answer.Body, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(user.System.Logs.Lines, line => line.Contains("without Upgrade, which a proxy in front", StringComparison.Ordinal));
        Assert.Empty(api.Requests);
    }

    [Theory]
    [InlineData("Origin: https://evil.example", "Bff:SpaOrigins"), InlineData("X-None: 1", "X-CSRF")]
    [InlineData("Origin: $SPA|Sec-Fetch-Site: cross-site", "Another site")]
    public async Task Without_an_allowed_origin_the_refusal_is_about_that(string headers, string word)
    {
        await using var system = await BffSystem.StartAsync(redis);

        var lines = headers.Replace("$SPA", system.Spa.Origin(), StringComparison.Ordinal).Split('|');
        var answer = await RawAnswer.ToAsync(system.Url, "GET /api/socket HTTP/1.1", [Key, Version, .. lines]);

        Assert.True(answer.Status == 403 && answer.IsProblem("csrf"), answer.Text);
        Assert.Contains(word, answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("proxy", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_an_nginx_that_drops_the_upgrade_a_socket_is_refused_with_the_reason()
    {
        await using var user = await SignedIn.StartAsync(redis);
        await using var nginx = await Nginx.StartAsync(nginx => $$"""
            server { listen 127.0.0.1:{{nginx.Url.Port}}; location / { proxy_pass http://127.0.0.1:{{user.System.Url.Port}}; } }
            """);

        await Assert.ThrowsAsync<WebSocketException>(() => OpenStream.SocketAsync(user.System, user.Browser, nginx.Url));

        Assert.Contains(user.System.Logs.Lines, line => line.Contains("handshake without Upgrade", StringComparison.Ordinal));
    }
}
