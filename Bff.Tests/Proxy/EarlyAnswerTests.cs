using System.Net;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bff.Tests.Proxy;

/// <summary>An API that answers before it has read the request (RFC 9112 section 9.5): the browser gets that answer.</summary>
public sealed class EarlyAnswerTests(SharedRedis redis)
{
    internal static readonly (string Key, string Value)[] OverHttp2 =
    [
        ("ReverseProxy:Clusters:api:HttpRequest:Version", "2"),
        ("ReverseProxy:Clusters:api:HttpRequest:VersionPolicy", "RequestVersionExact"),
    ];

    private static readonly (int Size, bool Chunked)[] Bodies =
        [.. from size in new[] { 100_000, 1_000_000, 10_000_000 } from chunked in new[] { false, true } select (size, chunked)];

    /// <summary>When the API answers: at once; after a part of the body; when its server finds the body too large.</summary>
    [Theory]
    [InlineData(413, "at once"), InlineData(401, "at once"), InlineData(403, "at once"), InlineData(429, "at once")]
    [InlineData(303, "at once"), InlineData(413, "after a part"), InlineData(403, "after a part")]
    [InlineData(200, "after a part"), InlineData(413, "too large")]
    public async Task An_answer_that_comes_before_the_body_is_read_passes(int status, string when)
    {
        await using var api = await RecordingApi.StartAsync(context => AnswerAsync(context, status, when));
        await using var user = await SignedIn.StartAsync(redis, api.Settings);

        foreach (var (size, chunked) in Bodies)
        {
            var answer = await user.UploadAsync("POST", size, chunked);

            Assert.True(answer.Status == status, $"{size} {chunked} {answer}");
            Assert.Contains("the API's own words", answer.Body, StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.OK, (await user.Browser.MeAsync(user.System)).StatusCode);
    }

    /// <summary>As servers do that close what they have not read: the connection is reset behind the answer.</summary>
    [Theory, InlineData(413, ""), InlineData(401, "refused"), InlineData(429, "slow down"), InlineData(500, "")]
    public async Task An_answer_before_a_reset_passes(int status, string body)
    {
        using var api = new RawApi();
        await using var user = await SignedIn.StartAsync(redis, api.Settings);
        api.Says($"HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {body.Length}\r\nX-Own: 1\r\n\r\n{body}");

        foreach (var (size, chunked) in Bodies)
        {
            var answer = await user.UploadAsync("PUT", size, chunked);

            Assert.True(answer.Status == status && answer["X-Own"] is ["1"] && answer.Body == body, $"{size} {chunked} {answer}");
        }
    }

    /// <summary>On such a connection the client begins to read before it sends, and takes the answer out of the socket.</summary>
    [Fact]
    public async Task An_answer_before_a_reset_passes_on_a_connection_that_is_used_again()
    {
        var ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();
        var early = "HTTP/1.1 413 X\r\nConnection: close\r\nContent-Length: 9\r\n\r\ntoo large"u8.ToArray();
        using var api = new RawApi
        {
            Answer = async (stream, token) =>
            {
                await stream.WriteAsync(ok, token);
                await stream.ReadExactlyAsync(new byte[50_000], token);
                await stream.WriteAsync(early, token);
            },
        };
        await using var user = await SignedIn.StartAsync(redis, api.Settings);

        foreach (var (size, chunked) in Bodies)
        {
            Assert.Equal(200, (await user.SendAsync("GET /api/x")).Status);
            var answer = await user.UploadAsync("PUT", size, chunked);

            Assert.True(answer.Status == 413 && answer.Body == "too large", $"{size} {chunked} {answer}");
        }
        Assert.Equal(Bodies.Length, api.Requests);
    }

    [Theory, InlineData(413, "at once"), InlineData(401, "after a part"), InlineData(204, "at once")]
    public async Task Over_HTTP_2_to_the_API_the_answer_passes_too(int status, string when)
    {
        await using var api = await RecordingApi.StartAsync(async context =>
        {
            if (when == "after a part") await context.Request.Body.ReadExactlyAsync(new byte[10_000]);
            context.Response.StatusCode = status;
            context.Response.Headers["X-Own"] = "1";
        }, HttpProtocols.Http2);
        await using var user = await SignedIn.StartAsync(redis, [.. api.Settings, .. OverHttp2]);

        foreach (var (size, chunked) in Bodies)
        {
            var answer = await user.UploadAsync("POST", size, chunked);

            Assert.True(answer.Status == status && answer["X-Own"] is ["1"], $"{size} {chunked} {answer}\n{user.System.Logs.All}");
            Assert.Empty(answer.Body);
        }
    }

    [Fact]
    public async Task An_early_401_has_the_request_sent_again_only_where_it_has_no_body()
    {
        var count = 0;
        await using var api = await RecordingApi.StartAsync(context =>
            Interlocked.Increment(ref count) < 3 ? AnswerAsync(context, 401, "at once") : context.Response.WriteAsync("answer"));
        await using var user = await SignedIn.StartAsync(redis, api.Settings);
        user.System.Time.Advance(TimeSpan.FromSeconds(10));

        var upload = await user.UploadAsync("PUT", 1_000_000, chunked: false);
        var read = await RawAnswer.ToAsync(user.System.Url, "GET /api/x HTTP/1.1", user.Headers);

        Assert.Equal((401, 200), (upload.Status, read.Status));
        Assert.Equal((3, 1), (api.Requests.Count, user.System.Pool.Requests.Grants("refresh_token")));
    }

    private static async Task AnswerAsync(HttpContext context, int status, string when)
    {
        if (when == "after a part") await context.Request.Body.ReadExactlyAsync(new byte[10_000]);
        if (when == "too large")
        {
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = 50_000;
            await Assert.ThrowsAnyAsync<IOException>(() => context.Request.Body.CopyToAsync(Stream.Null));
        }
        context.Response.StatusCode = status;
        context.Response.Headers.Connection = "close";
        await context.Response.WriteAsync("the API's own words");
    }
}
