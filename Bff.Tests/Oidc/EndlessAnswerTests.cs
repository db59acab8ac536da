using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>Answers and requests without end, and callers that go away, cost the BFF no more than a buffer.</summary>
[Collection(Alone.Name)]
public sealed class EndlessAnswerTests(SharedRedis redis)
{
    private const int Megabyte = 1 << 20;

    [Fact, Row("PRX-12")]
    public async Task A_large_answer_passes_in_flat_memory_at_its_readers_speed()
    {
        long written = 0;
        var gone = new TaskCompletionSource();
        await using var api = await RecordingApi.StartAsync(async context =>
        {
            context.RequestAborted.Register(gone.SetResult);
            var chunk = new byte[Megabyte];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
                Interlocked.Add(ref written, chunk.Length);
            }
        });
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var client = Client(browser);
        var answer = await client.GetAsync(new Uri(system.Url, "/api/x"), HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[Megabyte];
        await body.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);

        // There is no reader: writing stops at what the buffers between hold.
        var (before, held) = (-1L, Interlocked.Read(ref written));
        for (var left = 100; before != held; left--, (before, held) = (held, Interlocked.Read(ref written)))
        {
            Assert.True(left > 0, "The API goes on writing.");
            await Task.Delay(300, TestContext.Current.CancellationToken);
        }
        Assert.InRange(held, 1, 64L * Megabyte);

        var memory = GC.GetTotalMemory(forceFullCollection: true);
        for (var read = 0; read < 1024; read++) await body.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, 64L * Megabyte);

        answer.Dispose();
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact, Row("PRX-12")]
    public async Task A_client_that_leaves_cancels_the_call_to_the_API()
    {
        var (reached, gone) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var api = await RecordingApi.StartAsync(context =>
        {
            context.RequestAborted.Register(gone.SetResult);
            reached.SetResult();
            return gone.Task;
        });
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var client = Client(browser);
        using var leaving = new CancellationTokenSource();
        var call = client.GetAsync(new Uri(system.Url, "/api/x"), leaving.Token);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Theory, Row("PRX-12"), InlineData(""), InlineData("HTTP/1.1 200 OK\r\nContent-Le"), InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    public async Task An_API_that_falls_silent_before_its_answer_is_504(string beginning)
    {
        using var api = new RawApi();
        api.Answer = async (stream, token) =>
        {
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(beginning), token);
            await Task.Delay(Timeout.Infinite, token);
        };
        await using var system =
            await BffSystem.StartAsync(redis, [.. api.Settings, ("ReverseProxy:Clusters:api:HttpRequest:ActivityTimeout", "00:00:01")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        await (await browser.CallAsync(system, HttpMethod.Get, "/api/x")).ProblemAsync(HttpStatusCode.GatewayTimeout, "api_timeout");
    }

    [Fact, Row("PRX-12")]
    public async Task An_API_that_falls_silent_within_its_answer_does_not_keep_the_caller_for_ever()
    {
        using var api = new RawApi();
        api.Answer = async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\nok"u8.ToArray(), token);
            await Task.Delay(Timeout.Infinite, token);
        };
        await using var system =
            await BffSystem.StartAsync(redis, [.. api.Settings, ("ReverseProxy:Clusters:api:HttpRequest:ActivityTimeout", "00:00:01")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        var answer = await RawHttp.SendAsync(system.Url, "GET /api/x HTTP/1.1", ["X-CSRF: 1", "Cookie: " + OpenStream.Cookie(browser)]);

        Assert.EndsWith("\r\n\r\nok", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 200\r\n", answer, StringComparison.Ordinal);
    }

    [Fact, Row("PRX-12", "HTP-01")]
    public async Task A_body_that_never_comes_does_not_keep_the_API_for_ever()
    {
        var gone = new TaskCompletionSource();
        await using var api = await RecordingApi.StartAsync(async context =>
        {
            context.RequestAborted.Register(gone.SetResult);
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        });
        await using var system =
            await BffSystem.StartAsync(redis, [.. api.Settings, ("ReverseProxy:Clusters:api:HttpRequest:ActivityTimeout", "00:00:01")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        var answer = await RawHttp.SendAsync(system.Url, "POST /api/x HTTP/1.1",
            ["X-CSRF: 1", "Cookie: " + OpenStream.Cookie(browser), "Content-Length: 200"], "a little");

        Assert.True(RawHttp.Status(answer) is 408 or 504, answer);
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    private static HttpClient Client(Browser browser)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        client.DefaultRequestHeaders.Add("Cookie", OpenStream.Cookie(browser));
        client.DefaultRequestHeaders.Add("X-CSRF", "1");
        return client;
    }
}
