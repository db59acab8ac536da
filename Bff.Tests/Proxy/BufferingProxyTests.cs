using System.Net;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace Bff.Tests.Proxy;

/// <summary>Event streams behind an nginx that buffers and compresses whatever it may.</summary>
public sealed class BufferingProxyTests(SharedRedis redis)
{
    [Theory]
    [InlineData("text/event-stream"), InlineData("text/event-stream; charset=utf-8"), InlineData("Text/Event-Stream;charset=UTF-8")]
    [InlineData("text/event-stream ;"), InlineData("own")]
    public async Task An_event_arrives_before_its_stream_ends(string type)
    {
        var read = new TaskCompletionSource();
        await using var api = await RecordingApi.StartAsync(async context =>
        {
            context.Response.ContentType = type;
            await context.Response.WriteAsync("data: first\n\n");
            await context.Response.Body.FlushAsync();
            await read.Task.WaitAsync(context.RequestAborted);
        });
        await using var user = await SignedIn.StartAsync(redis, api.Settings);
        await using var nginx = await Nginx.StartAsync(nginx => $$"""
            gzip on; gzip_types *; gzip_proxied any; gzip_min_length 0; proxy_buffering on;
            server {
              listen 127.0.0.1:{{nginx.Url.Port}};
              location / { proxy_pass http://127.0.0.1:{{user.System.Url.Port}}; proxy_http_version 1.1; }
            }
            """);
        using var handler = new SocketsHttpHandler { UseCookies = false, AutomaticDecompression = DecompressionMethods.GZip };
        using var client = new HttpClient(handler);
        var url = new Uri(nginx.Url, type == "own" ? "/events" : "/api/x");
        using var request = OpenStream.EventRequest(url, OpenStream.Cookie(user.Browser), user.System.Spa.Origin());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(patience.Token));

        Assert.StartsWith(type == "own" ? "retry: " : "data: first", await reader.ReadLineAsync(patience.Token), StringComparison.Ordinal);
        read.SetResult();
    }

    [Theory]
    [InlineData("text/event-stream", true), InlineData("TEXT/EVENT-STREAM; charset=utf-8", true)]
    [InlineData("text/event-streams", false), InlineData("application/json", false), InlineData("text/html", false)]
    public async Task A_stream_alone_forbids_buffering_and_compression_whatever_the_API_says(string type, bool isStream)
    {
        await using var api = await RecordingApi.StartAsync(context =>
        {
            var response = context.Response;
            response.ContentType = type;
            (response.Headers["X-Accel-Buffering"], response.Headers.CacheControl) = ("yes", "public, max-age=60");
            return response.WriteAsync("data: first\n\n");
        });
        await using var user = await SignedIn.StartAsync(redis, api.Settings);

        var answer = await user.SendAsync("GET /api/x");

        Assert.Equal(isStream ? ["no-store", "no-transform"] : ["no-store"], answer["Cache-Control"]);
        Assert.Equal(isStream ? ["no"] : [], answer["X-Accel-Buffering"]);
    }
}
