using System.Net;
using System.Text;
using Bff.Tests.Hosting;
using Bff.Tests.Withstand;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bff.Tests.Proxy;

/// <summary>An API that answers before it has read the request (RFC 9112 section 9.5): the browser gets that answer.</summary>
public sealed class EarlyAnswerTests(SharedRedis redis)
{
    private const int Kilobyte = 1024;

    private static readonly int[] Sizes = [100 * Kilobyte, 1024 * Kilobyte, 10 * 1024 * Kilobyte];

    /// <summary>When the API answers: at once; after a part of the body; when the server finds it too large.</summary>
    [Theory]
    [InlineData(413, "at once"), InlineData(401, "at once"), InlineData(403, "at once"), InlineData(429, "at once"), InlineData(413, "after a part"), InlineData(403, "after a part"), InlineData(413, "too large"), InlineData(303, "at once"), InlineData(200, "after a part")]
    public async Task An_answer_that_comes_before_the_body_is_read_passes(int status, string when)
    {
        await using var api = await RecordingApi.StartAsync(context => AnswerAsync(context, status, when));
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        foreach (var size in Sizes)
            foreach (var chunked in new[] { false, true })
            {
                var answer = await UploadAsync(system, browser, size, chunked);

                Assert.True(answer.Status == status, $"{size} {chunked} {answer}");
                Assert.Contains("the API's own words", answer.Body, StringComparison.Ordinal);
            }
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    /// <summary>As servers do that close what they have not read: the connection is reset behind the answer.</summary>
    [Theory, InlineData(413, ""), InlineData(401, "refused"), InlineData(429, "slow down"), InlineData(500, "")]
    public async Task An_answer_before_a_reset_passes(int status, string body)
    {
        using var api = new RawApi();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        api.Says($"HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {body.Length}\r\nX-Own: 1\r\n\r\n{body}");

        foreach (var size in Sizes)
            foreach (var chunked in new[] { false, true })
            {
                var answer = await UploadAsync(system, browser, size, chunked);

                Assert.True(answer.Status == status && answer["X-Own"] is ["1"] && answer.Body == body, $"{size} {chunked} {answer}");
            }
    }

    [Theory, InlineData(413, "at once"), InlineData(401, "after a part"), InlineData(204, "at once")]
    public async Task Over_HTTP_2_to_the_API_the_answer_passes_too(int status, string when)
    {
        await using var api = await RecordingApi.StartAsync(async context =>
        {
            if (when == "after a part") await context.Request.Body.ReadExactlyAsync(new byte[10 * Kilobyte]);
            context.Response.StatusCode = status;
            context.Response.Headers["X-Own"] = "1";
        }, HttpProtocols.Http2);
        await using var system = await BffSystem.StartAsync(redis,
            [.. api.Settings, ("ReverseProxy:Clusters:api:HttpRequest:Version", "2"), ("ReverseProxy:Clusters:api:HttpRequest:VersionPolicy", "RequestVersionExact")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        foreach (var size in Sizes)
        {
            var answer = await UploadAsync(system, browser, size, chunked: false);

            Assert.True(answer.Status == status && answer["X-Own"] is ["1"] && answer.Body.Length == 0, $"{size} {answer}");
        }
    }

    [Fact]
    public async Task An_early_401_has_the_request_sent_again_only_where_it_has_no_body()
    {
        var refused = 0;
        await using var api = await RecordingApi.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref refused) < 3) await AnswerAsync(context, 401, "at once");
            else await context.Response.WriteAsync("answer");
        });
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromSeconds(10));

        var upload = await UploadAsync(system, browser, 1024 * Kilobyte, chunked: false);
        var read = await RawAnswer.ToAsync(system.Url, "GET /api/x HTTP/1.1", Rightful(browser));

        Assert.Equal((401, 200), (upload.Status, read.Status));
        Assert.Equal((3, 1), (api.Requests.Count, system.Pool.Requests.Grants("refresh_token")));
    }

    /// <summary>Not what an API that was never reached gets: nothing there has happened, and later it may be back.</summary>
    [Theory]
    [InlineData("POST", 1024 * Kilobyte, "reset"), InlineData("PUT", 10, "reset"), InlineData("POST", 0, "close"), InlineData("DELETE", 0, "cut"), InlineData("POST", 10, "garbage"), InlineData("POST", 10240 * Kilobyte, "close"), InlineData("PATCH", 10, "short")]
    public async Task An_API_that_breaks_off_may_have_carried_the_request_out(string method, int size, string how)
    {
        using var api = new RawApi();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        api.Answer = how switch
        {
            "reset" => (stream, _) =>
            {
                ((System.Net.Sockets.NetworkStream)stream).Socket.LingerState = new(true, 0);
                return Task.CompletedTask;
            },
            "cut" => (stream, token) => stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Le"u8.ToArray(), token).AsTask(),
            "short" => (stream, token) => stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"u8.ToArray(), token).AsTask(),
            "garbage" => (stream, token) => stream.WriteAsync("SSH-2.0-OpenSSH_9.6\r\n"u8.ToArray(), token).AsTask(),
            _ => (_, _) => Task.CompletedTask,
        };

        var answer = await UploadAsync(system, browser, size, chunked: false, method);

        Assert.True(answer.Status == 502 && answer.IsProblem("internal_error"), answer.Text);
        Assert.Contains("may have carried the request out", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("later", answer.Body, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, InlineData("GET", "reset"), InlineData("GET", "close"), InlineData("OPTIONS", "close")]
    public async Task A_read_that_the_API_breaks_off_is_not_put_off_to_later(string method, string how)
    {
        using var api = new RawApi();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        api.Answer = (stream, _) =>
        {
            if (how == "reset") ((System.Net.Sockets.NetworkStream)stream).Socket.LingerState = new(true, 0);
            return Task.CompletedTask;
        };

        var answer = await RawAnswer.ToAsync(system.Url, method + " /api/x HTTP/1.1", Rightful(browser));

        Assert.True(answer.Status == 502 && answer.IsProblem("api_unreachable"), answer.Text);
        Assert.DoesNotContain("later", answer.Body, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, InlineData("http://localhost:$PORT"), InlineData("https://localhost:$PORT"), InlineData("http://no-such-host.invalid"), InlineData("https://$OTHER")]
    public async Task An_API_that_cannot_be_connected_to_is_unreachable_whatever_was_sent(string address)
    {
        await using var other = await RecordingApi.StartAsync();
        await using var system = await BffSystem.StartAsync(redis,
            [("ReverseProxy:Clusters:api:Destinations:local:Address", address.Replace("$PORT", $"{FreePort.Next()}", StringComparison.Ordinal).Replace("$OTHER", other.Url.Authority, StringComparison.Ordinal))]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        foreach (var answer in new[] { await UploadAsync(system, browser, 10 * Kilobyte, chunked: true), await UploadAsync(system, browser, 0, chunked: false), await RawAnswer.ToAsync(system.Url, "GET /api/x HTTP/1.1", Rightful(browser)) })
        {
            Assert.True(answer.Status == 502 && answer.IsProblem("api_unreachable"), answer.Text);
            Assert.Contains("Try again later.", answer.Body, StringComparison.Ordinal);
        }
    }

    private static async Task AnswerAsync(HttpContext context, int status, string when)
    {
        if (when == "after a part") await context.Request.Body.ReadExactlyAsync(new byte[10 * Kilobyte]);
        if (when == "too large")
        {
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = 50 * Kilobyte;
            try
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
            }
            catch (Microsoft.AspNetCore.Http.BadHttpRequestException fault)
            {
                status = fault.StatusCode;
            }
        }
        context.Response.StatusCode = status;
        context.Response.Headers.Connection = "close";
        await context.Response.WriteAsync("the API's own words");
    }

    private static Task<RawAnswer> UploadAsync(BffSystem system, Browser browser, int size, bool chunked, string method = "POST")
    {
        var body = new string('x', size);
        return RawAnswer.ToAsync(system.Url, $"{method} /api/x HTTP/1.1", [.. Rightful(browser), chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {size}"],
            chunked ? new StringBuilder().AppendJoin("", body.Chunk(64 * Kilobyte).Select(part => $"{part.Length:x}\r\n{new string(part)}\r\n")).Append("0\r\n\r\n").ToString() : body);
    }

    private static string[] Rightful(Browser browser) => ["X-CSRF: 1", "Cookie: " + OpenStream.Cookie(browser)];
}
