using Bff.Tests.Hosting;

namespace Bff.Tests.Security;

/// <summary>Messages of which two servers could disagree where they end: a second request rides in the first.</summary>
[Row("HTP-09")]
public sealed class SmuggledRequestTests
{
    private const string Chunk = "1\r\nx\r\n0\r\n\r\n";

    /// <summary>What stands in the head, and the body.</summary>
    private static readonly (string Head, string Body)[] Heads =
    [
        ("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n"), ("Content-Length: 0\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        ("Content-Length: 1\r\nContent-Length: 1", "x"), ("Content-Length: 1\r\nContent-Length: 2", "xx"),
        ("Content-Length: 0\r\nContent-Length: 1", "x"), ("Content-Length: 1, 1", "x"),
        ("Content-Length: -1", ""), ("Content-Length: 0x1", "x"), ("Content-Length: 1 1", "x"), ("Content-Length: ", ""),
        ("Content-Length: 1e0", "x"), ("Content-Length: 99999999999999999999", ""),
        ("Transfer-Encoding: gzip, chunked", Chunk), ("Transfer-Encoding: chunked, chunked", Chunk),
        ("Transfer-Encoding: , chunked", Chunk), ("Transfer-Encoding: identity, chunked", Chunk),
        ("Transfer-Encoding: chunked, identity", Chunk),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", Chunk),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", Chunk), ("Transfer-Encoding: identity", Chunk),
        ("Transfer-Encoding: xchunked", Chunk),
        ("Transfer-Encoding: \"chunked\"", Chunk), ("Transfer-Encoding: chunked;q=1", Chunk), ("Transfer-Encoding: \vchunked", Chunk),
        ("Transfer-Encoding:\u00a0chunked", Chunk), ("Transfer-Encoding: ", Chunk), ("Transfer-Encoding: chunke", Chunk),
        ("Transfer-Encoding : chunked", Chunk), ("Content-Length : 1", "x"), (" Transfer-Encoding: chunked", Chunk),
        ("Transfer-Encoding:\r\n chunked", Chunk), ("X-A: b\r\n c\r\nContent-Length: 0", ""),
        ("X-A: b\nTransfer-Encoding: chunked", Chunk), ("X-A: b\rTransfer-Encoding: chunked", Chunk),
        ("X-A: b\r\rContent-Length: 1", "x"), ("X-A: \0\r\nContent-Length: 0", ""), ("X\0A: 1\r\nContent-Length: 0", ""),
        ("X A: 1\r\nContent-Length: 0", ""), (": 1\r\nContent-Length: 0", ""), ("X-A\r\nContent-Length: 0", ""),
    ];

    private static readonly string[] Chunks =
    [
        "1;a\nX\r\nx\r\n0\r\n\r\n", "1;\nx\r\n0\r\n\r\n", "1;a=\"\n\"\r\nx\r\n0\r\n\r\n", "1\nx\r\n0\r\n\r\n", "1\r\nxXX0\r\n\r\n",
        "1\r\nx\n0\r\n\r\n", "0x1\r\nx\r\n0\r\n\r\n", "-1\r\nx\r\n0\r\n\r\n", "+1\r\nx\r\n0\r\n\r\n", " 1\r\nx\r\n0\r\n\r\n",
        "fffffffffffffffff\r\nx\r\n0\r\n\r\n", "7fffffff1\r\nx\r\n0\r\n\r\n", "\r\nx\r\n0\r\n\r\n", "g\r\nx\r\n0\r\n\r\n",
        "0\r\nX: 1\n\r\n", "0\r\nX : 1\r\n\r\n", "0\n\n",
    ];

    [Fact]
    public async Task What_another_server_could_read_otherwise_is_refused_and_the_connection_closed()
    {
        await using var attacked = await AttackedSystem.StartAsync();

        foreach (var line in new[] { "POST /logout HTTP/1.1", "POST /refresh HTTP/1.1", "POST /api/hello HTTP/1.1",
            "GET /swagger/index.html HTTP/1.1" })
            foreach (var (head, body) in Heads)
            {
                await IsRefusedAsync(attacked, $"{line}\r\nHost: "
                    + $"{attacked.System.Url.Authority}\r\n{string.Join("\r\n", attacked.Rightful)}\r\n{head}\r\n\r\n{body}");
            }
        await attacked.IsUntouchedAsync();
    }

    [Fact]
    public async Task A_wrongly_chunked_body_has_no_effect()
    {
        await using var attacked = await AttackedSystem.StartAsync();

        foreach (var path in new[] { "/logout", "/refresh", "/nothing" })
            foreach (var body in Chunks)
            {
                await IsRefusedAsync(attacked, $"POST {path} HTTP/1.1\r\nHost: "
                    + $"{attacked.System.Url.Authority}\r\n{string.Join("\r\n", attacked.Rightful)}\r\nTransfer-Encoding: "
                    + $"chunked\r\n\r\n{body}");
            }
        await attacked.IsUntouchedAsync();
    }

    [Fact]
    public async Task Through_the_proxy_a_wrongly_chunked_body_is_never_followed_by_a_second_request()
    {
        await using var attacked = await AttackedSystem.StartAsync();

        foreach (var body in Chunks)
        {
            var answer = RawAnswer.Parse(await RawHttp.SendAsync(attacked.System.Url,
                $"POST /api/hello HTTP/1.1\r\nHost: "
                + $"{attacked.System.Url.Authority}\r\n{string.Join("\r\n", attacked.Rightful)}\r\nTransfer-Encoding: "
                + $"chunked\r\n\r\n{body}{Second(attacked)}"));

            Assert.True(answer.Count == 1, $"{body} answered {answer}");
        }
        Assert.DoesNotContain(attacked.Provider.Requests, request => request.Path.Contains("smuggled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Other_versions_of_HTTP_are_not_spoken_in_the_clear()
    {
        await using var attacked = await AttackedSystem.StartAsync();
        string[] messages =
        [
            "GET /me\r\n\r\n", "GET /me HTTP/0.9\r\n\r\n", "GET /me HTTP/1.2\r\nHost: localhost\r\n\r\n",
            "GET /me HTTP/2.0\r\nHost: localhost\r\n\r\n", "GET /me http/1.1\r\nHost: localhost\r\n\r\n",
            "GET /me HTTP/1.1 \r\nHost: localhost\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0",
            "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n\r\n", "GET  /me HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /me\tHTTP/1.1\r\nHost: localhost\r\n\r\n", "\r\n\r\n\r\n GET /me HTTP/1.1\r\n\r\n",
            $"POST /logout HTTP/1.0\r\n{attacked.Cookie}\r\nX-CSRF: 1\r\nTransfer-Encoding: chunked\r\n\r\n{Chunk}",
        ];

        foreach (var message in messages)
        {
            var answer = await RawHttp.SendAsync(attacked.System.Url, message);

            // To HTTP/2 the answer is a frame that says good-bye; the connection is closed, or this would have waited in vain.
            Assert.True(!answer.StartsWith("HTTP/1.1", StringComparison.Ordinal) || RawHttp.Status(answer) is 400 or 505,
                $"{message} answered {answer}");
        }
        await attacked.IsUntouchedAsync();
    }

    private static async Task IsRefusedAsync(AttackedSystem attacked, string request)
    {
        // It returns when the connection is closed, and not before.
        var answer = RawAnswer.Parse(await RawHttp.SendAsync(attacked.System.Url, request + Second(attacked)));

        Assert.True(answer.Status == 400 && answer.Count == 1 && answer["Set-Cookie"] is [], $"{request}\nanswered {answer}");
    }

    private static string Second(AttackedSystem attacked) =>
        $"GET /api/smuggled HTTP/1.1\r\nHost: {attacked.System.Url.Authority}\r\n{attacked.Cookie}\r\nX-CSRF: 1\r\n\r\n";
}
