using Bff.Tests.Hosting;

namespace Bff.Tests.Proxy;

/// <summary>
/// Where a request goes, and with it the token: to the destination of its route, at the path that was sent, whatever the request
/// says.
/// </summary>
public sealed class ProxyTargetTests(SharedRedis redis)
{
    [Fact, Row("PRX-05")]
    public async Task A_path_reaches_the_API_as_it_was_sent_or_not_at_all()
    {
        await using var api = await RecordingApi.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        (string Sent, string? Arrives)[] rows =
        [
            ("/api/a%2fb", "/api/a%2fb"), ("/api/a%2Fb%2fc", "/api/a%2Fb%2fc"), ("/api/%2fadmin", "/api/%2fadmin"),
            ("/api/a%20b", "/api/a%20b"), ("/api/%C3%A9", "/api/%C3%A9"), ("/api/100%25", "/api/100%25"),
            ("/api/a%3Fb%23c", "/api/a%3Fb%23c"), ("/api//evil/", "/api//evil/"), ("/api/@evil/", "/api/@evil/"),
            ("/api/http://evil/", "/api/http://evil/"), ("/api/a+b", "/api/a+b"),
            ("/api/x?y=%2f%252f&z=../..", "/api/x?y=%2f%252f&z=../.."),
            ("/api/x?url=http://evil.example/", "/api/x?url=http://evil.example/"), ("/api/./x/../y", "/api/y"), ("/API/x", "/API/x"),
            ("/api/;/..x", "/api/;/..x"), ("/api/a%253Ab", "/api/a%253Ab"), ("/api/x?", "/api/x?"), ("/api/x?a#b", "/api/x?a%23b"),
            // Twice encoded, it would look like once encoded from here on.
            ("/api/a%252fb", null), ("/api/a%252Fb", null), ("/api/a%2f%252fb", null), ("/api/x%2f..%2fadmin", null),
            ("/api/%2e%2e%2fadmin", null), ("/api/..%2fadmin", null), ("/api/..%5cadmin", null), ("/api/%5c%5cevil", null),
            ("/api/%252e%252e/admin", null), ("/api/..;/admin", null), ("/api/;/../..;x=1/admin", null), ("/api/x%00", null),
            ("/api/x%0d%0aX-Evil:1", null), ("/api/%09/x", null), ("/api/..%00/x", null), ("/api/%25252e%25252e%252fx", null),
            // Above the prefix there is no API.
            ("/api/../admin", null), ("/api/%2e%2e/admin", null), ("/api/x/../../admin", null), ("/../api/../admin", null),
            ("/apix", null), ("/api.evil.example/", null), ("/api@evil.example/", null), ("/api%2fx", null), ("/%61pi%2fx", null),
            ("//api/x", null),
        ];

        foreach (var (sent, arrives) in rows)
        {
            var before = api.Requests.Count;
            var answer = await SendAsync(system, browser, $"GET {sent} HTTP/1.1");

            Assert.True(arrives is null ? RawHttp.Status(answer) is 400 or 404 : RawHttp.Status(answer) == 200, $"{sent}\n{answer}");
            Assert.Equal(arrives is null ? [] : [arrives], api.Requests.Skip(before).Select(request => request.Target));
        }
    }

    [Fact, Row("PRX-05")]
    public async Task An_encoded_slash_stays_one_where_the_operator_takes_the_prefix_away()
    {
        await using var api = await RecordingApi.StartAsync();
        await using var system =
            await BffSystem.StartAsync(redis, [("ReverseProxy:Clusters:api:Destinations:local:Address",
            new Uri(api.Url, "/v1/base/").AbsoluteUri), ("ReverseProxy:Routes:api:Transforms:0:PathRemovePrefix", "/api")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        foreach (var path in new[] { "/api/a%2fb?c=%2f", "/api", "/api/", "/api/../../x", "/api/%2f..%2f..%2fx" })
            await SendAsync(system, browser, $"GET {path} HTTP/1.1");

        Assert.Equal(["/v1/base/a%2fb?c=%2f", "/v1/base/", "/v1/base/"], api.Requests.Select(request => request.Target));
    }

    [Fact, Row("PRX-06", "FWD-01", "PRX-09")]
    public async Task The_token_goes_to_the_configured_destination_and_nowhere_else()
    {
        await using var api = await RecordingApi.StartAsync();
        await using var evil = await RecordingApi.StartAsync();
        await using var system =
            await BffSystem.StartAsync(redis, [.. api.Settings,
            ("ReverseProxy:Clusters:unused:Destinations:other:Address", evil.Url.AbsoluteUri)]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var (host, here) = (evil.Url.Authority, system.Url.Authority);
        (string Line, string[] Headers)[] rows =
        [
            ($"GET http://{host}/api/x HTTP/1.1", [$"Host: {host}"]), ($"GET http://{host}/api/x HTTP/1.1", [$"Host: {here}"]),
            ($"GET http://{here}@{host}/api/x HTTP/1.1", [$"Host: {host}"]), ($"GET //{host}/api/x HTTP/1.1", []),
            ($"GET /api@{host}/ HTTP/1.1", []), ($"GET /api.{host}/ HTTP/1.1", []), ($"GET /api//{host}/ HTTP/1.1", []),
            ($"GET /api/@{host}/ HTTP/1.1", []), ($"GET /api/http://{host}/ HTTP/1.1", []), ($"GET /api/x?url=http://{host}/ HTTP/1.1", []),
            ("GET /api/x HTTP/1.1", [$"Host: {host}"]), ("GET /api/x HTTP/1.1", [$"Host: {here}@{host}"]),
            ("GET /api/x HTTP/1.1", [$"Host: {here}", $"Host: {host}"]), ("GET /api/x HTTP/1.0", ["Host:"]),
            ("GET /api/x HTTP/1.1", [$"X-Forwarded-Host: {host}", $"Forwarded: host={host}", $"X-Host: {host}",
                $"X-Original-URL: http://{host}/", $"X-Rewrite-URL: http://{host}/", $"Destination: http://{host}/"]),
            ($"CONNECT {host} HTTP/1.1", []), ($"CONNECT {host} HTTP/1.1", [$"Host: {host}"]), ("OPTIONS * HTTP/1.1", []),
            ($"GET /api/x HTTP/1.1\r\nHost: {host}\r\n\tfolded", []), ($"GET /api/\\\\{host}/x HTTP/1.1", []),
            ($"GET ftp://{host}/api/x HTTP/1.1", [$"Host: {host}"]),
        ];

        foreach (var (line, headers) in rows)
        {
            var answer = await SendAsync(system, browser, line, headers);
            Assert.True(RawHttp.Status(answer) is 200 or >= 400 and < 500, $"{line}\n{answer}");
        }

        Assert.Empty(evil.Requests);
        Assert.NotEmpty(api.Requests);
        Assert.All(api.Requests, request =>
        {
            Assert.Equal(api.Url.Authority, request.Host);
            Assert.Equal(here, request.Headers["X-Forwarded-Host"].ToString());
            Assert.StartsWith("/api/", request.Target, StringComparison.Ordinal);
        });
    }

    private static Task<string> SendAsync(BffSystem system, Browser browser, string line, string[]? headers = null) =>
        RawHttp.SendAsync(system.Url, line, ["X-CSRF: 1", "Cookie: " + OpenStream.Cookie(browser), .. headers ?? []]);
}
