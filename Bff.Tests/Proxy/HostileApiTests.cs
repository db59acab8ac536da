using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Proxy;

/// <summary>An API that does not keep to HTTP harms its own answer, and neither the BFF nor another's answer.</summary>
public sealed class HostileApiTests(SharedRedis redis)
{
    private static readonly (string Name, string Answer, int[] Status)[] Answers =
    [
        ("nothing", "", [502]), ("no HTTP", "SSH-2.0-OpenSSH_9.6\r\n", [502]),
        ("a status that is no number", "HTTP/1.1 OK\r\n\r\n", [502]), ("status 0", "HTTP/1.1 000 Zero\r\n\r\n", [502]),
        ("status 99", "HTTP/1.1 99 Low\r\n\r\n", [502]),
        ("status 999", "HTTP/1.1 999 High\r\nContent-Length: 0\r\n\r\n", [999, 502]),
        ("HTTP/3.0", "HTTP/3.0 200 OK\r\nContent-Length: 0\r\n\r\n", [502, 200]),
        ("a header without a colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", [502]),
        ("a header name of blanks", "HTTP/1.1 200 OK\r\n : x\r\nContent-Length: 0\r\n\r\n", [502]),
        ("a cut header", "HTTP/1.1 200 OK\r\nContent-Le", [502]),
        ("headers without end", "HTTP/1.1 200 OK\r\nX: " + new string('x', 200_000), [502]),
        ("many headers", "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Range(0, 20_000).Select(number => $"X-{number}: y\r\n"))
            + "Content-Length: 0\r\n\r\n", [502]),
        ("100 without end", string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 20_000)), [502]),
        ("103 and an answer", "HTTP/1.1 103 Early Hints\r\nLink: </evil.js>; rel=preload\r\nSet-Cookie: canary=1\r\n\r\nHTTP/1.1 200 "
            + "OK\r\nContent-Length: 2\r\n\r\nok", [200]),
        ("101 unasked", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nHTTP/1.1 200 "
            + "OK\r\nSet-Cookie: canary=1\r\n\r\n", [502]),
        ("a lone CR that splits", "HTTP/1.1 200 OK\r\nX-A: b\rSet-Cookie: canary=1\r\nContent-Length: 2\r\n\r\nok", [502, 200]),
        ("a lone LF that splits", "HTTP/1.1 200 OK\r\nX-A: b\nSet-Cookie: canary=1\r\nContent-Length: 2\r\n\r\nok", [502, 200]),
        ("a folded header", "HTTP/1.1 200 OK\r\nX-A: b\r\n Set-Cookie: canary=1\r\nContent-Length: 2\r\n\r\nok", [502, 200]),
        ("NUL in a header", "HTTP/1.1 200 OK\r\nX-A: b\0c\r\nContent-Length: 2\r\n\r\nok", [502, 200]),
        ("a reason that splits", "HTTP/1.1 200 OK\rSet-Cookie: canary=1\r\nContent-Length: 2\r\n\r\nok", [502, 200]),
        ("a reason of control characters", "HTTP/1.1 200 \u001b[31m<script>canary\u0007\r\nContent-Length: 2\r\n\r\nok", [502, 200]),
        ("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 200\r\n\r\nok", [502]),
        ("a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok", [502, 200]),
        ("a length of letters", "HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok", [502, 200]),
        ("both framings", "HTTP/1.1 200 OK\r\nContent-Length: 200\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", [200]),
        ("HTTP/1.0 until the end", "HTTP/1.0 200 OK\r\n\r\nok", [200]),
        ("an unknown encoding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: evil\r\n\r\nok", [502, 200]),
        ("204 with a body", "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok", [204]),
        ("205 with a body", "HTTP/1.1 205 Reset Content\r\nContent-Length: 2\r\n\r\nok", [205]),
        ("304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\nok", [304]),
        ("304 with a body", "HTTP/1.1 304 Not Modified\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: canary=1\r\n\r\n", [304]),
    ];

    /// <summary>The answer begins well, so its status is out when it breaks.</summary>
    private static readonly (string Name, string Answer)[] Broken =
    [
        ("less than the length", "HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\nok"),
        ("a chunk of no size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n"),
        ("a chunk cut off", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nok"),
        ("a huge chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nffffffffffffffff1\r\n"),
        ("a split trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nnonsense\r\n\r\n"),
    ];

    [Fact, Row("PRX-12", "HTP-06", "HTP-09")]
    public async Task Answers_that_are_no_HTTP_are_502_or_made_harmless()
    {
        using var api = new RawApi();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        foreach (var (name, answer, status) in Answers)
        {
            api.Says(answer);
            var seen = await GetAsync(system, browser);

            Assert.True(status.Contains(RawHttp.Status(seen)), $"{name}\n{seen}");
            var head = seen.Split("\r\n\r\n")[0];
            Assert.False(head.Split("\r\n").Any(line =>
                line.StartsWith("Set-Cookie", StringComparison.OrdinalIgnoreCase) || line.Contains('\r') || line.Contains('\n')
                || line.Contains('\u0007') || line.Contains('\0')), $"{name}\n{seen}");
            Assert.True(RawHttp.Status(seen) != 502 || seen.Contains("api_unreachable", StringComparison.Ordinal), $"{name}\n{seen}");
            Assert.Equal(1, seen.Split("HTTP/1.1 ").Length - 1);
        }
        Assert.True(api.Requests >= Answers.Length);
        await IsUnharmedAsync(system, browser, api);
    }

    [Fact, Row("PRX-12", "HTP-09")]
    public async Task An_answer_that_breaks_off_is_never_taken_for_a_whole_one()
    {
        using var api = new RawApi();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        foreach (var (name, answer) in Broken)
        {
            api.Says(answer);
            var seen = await GetAsync(system, browser);

            var whole = RawHttp.Status(seen) == 200 && (seen.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal)
                || seen.Contains("Content-Length: 2\r\n", StringComparison.Ordinal));
            Assert.False(whole, $"{name}\n{seen}");
        }
        await IsUnharmedAsync(system, browser, api);
    }

    private static async Task IsUnharmedAsync(BffSystem system, Browser browser, RawApi api)
    {
        api.Says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        Assert.EndsWith("\r\n\r\nok", await GetAsync(system, browser), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        Assert.DoesNotContain(system.Logs.Lines, line =>
            line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
        Assert.DoesNotContain("eyJ", system.Logs.All, StringComparison.Ordinal);
    }

    private static Task<string> GetAsync(BffSystem system, Browser browser) =>
        RawHttp.SendAsync(system.Url, "GET /api/x HTTP/1.1", ["X-CSRF: 1", "Cookie: " + OpenStream.Cookie(browser)]);
}
