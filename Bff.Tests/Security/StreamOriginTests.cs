using System.Net;
using System.Net.WebSockets;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace Bff.Tests.Security;

/// <summary>
/// Who may open a stream without the header that browsers cannot send there: only pages of an allowed origin.
/// </summary>
public sealed class StreamOriginTests(SharedRedis redis)
{
    private const string Handshake =
        "GET /api/socket HTTP/1.1|Connection: Upgrade, close|Upgrade: websocket|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: "
        + "dGhlIHNhbXBsZSBub25jZQ==";
    private const string Events = "GET /api/events HTTP/1.1|Accept: text/event-stream|Cache-Control: no-cache";

    /// <summary>$SPA is the allowed origin, $PORT its port; every one of these has the genuine cookie.</summary>
    public static TheoryData<string> Forged =>
    [
        // No header says where the page is from.
        Handshake, Events,
        // Another page.
        .. from request in new[] { Handshake, Events }
           from origin in new[] { "https://evil.example", "null", "http://localhost.evil.example:$PORT", "http://localhost:1",
               "https://localhost:$PORT", "http://localhost:$PORT/", "HTTP://LOCALHOST:$PORT", "http://localhost.:$PORT",
           "http://evil@localhost:$PORT", "", "*", "$SPA $SPA", "$SPA,https://evil.example" }
           select $"{request}|Origin: {origin}",
        $"{Handshake}|Origin: $SPA|Origin: $SPA", $"{Events}|Origin: $SPA|Origin: https://evil.example",
        $"{Handshake}|Origin: $SPA|Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: websocket",
        $"{Events}|Origin: $SPA|Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: cors",
        // The SPA has another origin than the BFF, so a page of the BFF's own is none that may.
        $"{Events}|Sec-Fetch-Site: same-origin", $"{Events}|Sec-Fetch-Site: same-site", $"{Events}|Sec-Fetch-Site: none",
        $"{Handshake}|Sec-Fetch-Site: same-origin",
        // Neither a handshake nor an EventSource: the header is demanded from allowed pages too.
        "GET /api/hello HTTP/1.1|Origin: $SPA", "GET /api/hello HTTP/1.1|Origin: $SPA|Accept: text/event-stream, */*",
        "GET /api/hello HTTP/1.1|Origin: $SPA|Accept: text/event-stream|Accept: text/html",
        "GET /api/hello HTTP/1.1|Origin: $SPA|Accept: text/event-stream;q=0.9",
        "GET /api/hello HTTP/1.1|Origin: $SPA|Upgrade: websocket",
        "GET /api/hello HTTP/1.1|Origin: $SPA|Connection: Upgrade, close|Upgrade: h2c",
        "GET /api/hello HTTP/1.1|Origin: $SPA|Connection: Upgrade, close|Upgrade: websocket, SPDY/3",
        "GET /api/hello HTTP/1.1|Origin: $SPA|Connection: Upgrade, close|Upgrade: SPDY/3.1",
        "GET /api/hello HTTP/1.0|Origin: $SPA|Connection: Upgrade, close|Upgrade: websocket",
        "POST /api/echo HTTP/1.1|Origin: $SPA|Accept: text/event-stream|Content-Length: 0",
        "DELETE /api/status/200 HTTP/1.1|Origin: $SPA|Accept: text/event-stream",
        "POST /api/echo HTTP/1.1|Origin: $SPA|Connection: Upgrade, close|Upgrade: websocket|Content-Length: 0",
        "HEAD /api/hello HTTP/1.1|Origin: $SPA|Accept: text/event-stream",
        "GET /me HTTP/1.1|Origin: $SPA|Accept: text/event-stream",
        "GET /me HTTP/1.1|Origin: $SPA|Connection: Upgrade, close|Upgrade: websocket",
        .. from header in new[] { "X-CSRF: 0", "X-CSRF: 1, 1", "X-CSRF: true", "X-CSRF:", "X_CSRF: 1",
            "X-CSRF: 1|X-CSRF: 1" } select $"GET /api/hello HTTP/1.1|Origin: $SPA|{header}",
        .. from method in new[] { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE",
            "OPTIONS" } select $"{method} /api/hello HTTP/1.1|Origin: $SPA|Content-Length: 0",
    ];

    [Fact, Row("CSR-11", "PRX-10", "CSR-03", "CSR-08")]
    public async Task What_another_page_could_open_is_refused_and_never_reaches_the_API()
    {
        await using var api = await RecordingApi.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var before = system.Keys();

        foreach (var row in Forged)
        {
            var lines = row.Data.Replace("$SPA", system.Spa.Origin(), StringComparison.Ordinal)
                .Replace("$PORT", $"{system.Spa.Port}", StringComparison.Ordinal).Split('|');
            var answer = await RawHttp.SendAsync(system.Url, lines[0], [.. lines[1..], "Cookie: " + OpenStream.Cookie(browser)]);

            Assert.True(RawHttp.Status(answer) == 403, $"{row.Data}\n{answer}");
            Assert.DoesNotContain("Set-Cookie", answer, StringComparison.OrdinalIgnoreCase);
            Assert.Empty(api.Requests);
        }
        Assert.Equal(before, system.Keys());
    }

    [Fact, Row("CSR-11")]
    public async Task A_page_that_shares_the_BFFs_origin_opens_streams_too()
    {
        await using var api = await RecordingApi.StartAsync(context => context.Response.WriteAsync("answer"));
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Settings["Bff:SpaOrigins:1"] = system.Url.Origin();
        await system.RestartAsync();

        var same = await RawHttp.SendAsync(system.Url, "GET /api/x HTTP/1.1",
            ["Accept: text/event-stream", "Sec-Fetch-Site: same-origin", "Cookie: " + OpenStream.Cookie(browser)]);
        var sibling = await RawHttp.SendAsync(system.Url, "GET /api/x HTTP/1.1",
            ["Accept: text/event-stream", "Sec-Fetch-Site: same-site", "Cookie: " + OpenStream.Cookie(browser)]);
        var unknown = await RawHttp.SendAsync(system.Url, "GET /api/x HTTP/1.1",
            ["Accept: text/event-stream", "Cookie: " + OpenStream.Cookie(browser)]);

        Assert.Equal([200, 403, 403], new[] { same, sibling, unknown }.Select(RawHttp.Status));
        Assert.Single(api.Requests);
    }

    [Fact, Row("PRX-08")]
    public async Task Without_a_session_no_stream_opens()
    {
        await using var api = await RecordingApi.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var cookie = OpenStream.Cookie(browser);
        await browser.LogoutAsync(system);

        foreach (var request in new[] { Handshake, Events })
        {
            foreach (var credentials in new[] { "X-None: 1", "Cookie: " + cookie, $"Cookie: {The.SessionCookie}=garbage",
                "Authorization: Bearer stolen", "Sec-WebSocket-Protocol: bearer, stolen" })
            {
                var answer = await RawHttp.SendAsync(system.Url, request.Split('|')[0],
                    [.. request.Split('|')[1..], "Origin: " + system.Spa.Origin(), credentials]);
                Assert.True(RawHttp.Status(answer) == 401, credentials + answer);
                Assert.Contains("no_session", answer, StringComparison.Ordinal);
            }
        }
        Assert.Empty(api.Requests);
    }

    [Fact, Row("CSR-11")]
    public async Task Over_HTTP_2_a_socket_opens_for_the_SPA_alone_and_is_cut_likewise()
    {
        await using var system = await BffSystem.StartAsync(redis);
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Settings["Kestrel:EndpointDefaults:Protocols"] = "Http2";
        await system.RestartAsync();
        static void Http2(ClientWebSocketOptions options) =>
            (options.HttpVersion, options.HttpVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);

        using var socket = await OpenStream.SocketAsync(system, browser, configure: Http2);
        await socket.IsAliveAsync();
        await Assert.ThrowsAsync<WebSocketException>(() => OpenStream.SocketAsync(system, browser, configure: options =>
        {
            Http2(options);
            options.SetRequestHeader("Origin", "https://evil.example");
        }));

        Assert.Equal(HttpStatusCode.OK, (await browser.LogoutAsync(system, other)).StatusCode);
        await socket.IsCutAsync();
    }
}
