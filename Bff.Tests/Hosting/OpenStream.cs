using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Bff.Tests.Hosting;

/// <summary>
/// A page's <c>WebSocket</c> or <c>EventSource</c> through the BFF, as the browser opens it: with the cookie and the origin,
/// without any header of a script.
/// </summary>
internal sealed class OpenStream : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IDisposable connection;
    private readonly Func<CancellationToken, Task<string?>> nextAsync;

    private OpenStream(IDisposable connection, Func<CancellationToken, Task<string?>> nextAsync) =>
        (this.connection, this.nextAsync) = (connection, nextAsync);

    public static async Task<OpenStream> SocketAsync(BffSystem system, Browser browser, Uri? at = null, string path = "/api/socket",
        Action<ClientWebSocketOptions>? configure = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", Cookie(browser));
        socket.Options.SetRequestHeader("Origin", system.Spa.Origin());
        configure?.Invoke(socket.Options);
        var url = new UriBuilder(new Uri(at ?? system.Url, path)) { Scheme = "ws" }.Uri;
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseCookies = false });
        await socket.ConnectAsync(url, socket.Options.HttpVersion.Major > 1 ? invoker : null, TestContext.Current.CancellationToken);
        return new OpenStream(socket, token => EchoAsync(socket, token));
    }

    public static async Task<OpenStream> EventsAsync(BffSystem system, Browser browser, Uri? at = null, string path = "/api/events")
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = EventRequest(new Uri(at ?? system.Url, path), Cookie(browser), system.Spa.Origin());
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        return new OpenStream(client, async token => await reader.ReadLineAsync(token));
    }

    public static Task<OpenStream> OpenAsync(string kind, BffSystem system, Browser browser, Uri? at = null) =>
        kind == "socket" ? SocketAsync(system, browser, at) : EventsAsync(system, browser, at);

    public static HttpRequestMessage EventRequest(Uri url, string? cookie, string? origin, params (string Name, string Value)[] more)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        foreach (var (name, value) in new[] { ("Accept", "text/event-stream"), ("Cache-Control", "no-cache") }.Concat(more))
            request.Headers.TryAddWithoutValidation(name, value);
        if (cookie is not null) request.Headers.TryAddWithoutValidation("Cookie", cookie);
        if (origin is not null) request.Headers.TryAddWithoutValidation("Origin", origin);
        return request;
    }

    public static string Cookie(Browser browser) => $"{The.SessionCookie}={browser.Cookie(The.SessionCookie)!.Value}";

    /// <summary>Proves that the API answers through the stream.</summary>
    public async Task IsAliveAsync()
    {
        using var deadline = Deadline();
        Assert.NotNull(await nextAsync(deadline.Token));
    }

    /// <summary>Waits until the stream is cut. What was on its way before that may still arrive.</summary>
    public async Task IsCutAsync()
    {
        using var deadline = Deadline();
        try
        {
            while (await nextAsync(deadline.Token) is not null)
            {
            }
        }
        // A wait that is given up breaks the connection as well; that is no cut.
        catch (Exception error) when (!deadline.IsCancellationRequested
            && error is (IOException or WebSocketException or HttpRequestException))
        {
        }
        catch (Exception) when (deadline.IsCancellationRequested && !TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail("The stream is still open.");
        }
    }

    /// <summary>As time goes on: a wait that begins after the clock was turned does not see that it was.</summary>
    public async Task IsCutAsync(FakeTimeProvider time)
    {
        var cut = IsCutAsync();
        while (!cut.IsCompleted)
        {
            await Task.WhenAny(cut, Task.Delay(200, TestContext.Current.CancellationToken));
            time.Advance(TimeSpan.FromSeconds(20));
        }
        await cut;
    }

    public void Dispose() => connection.Dispose();

    private static CancellationTokenSource Deadline()
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience);
        return deadline;
    }

    private static async Task<string?> EchoAsync(ClientWebSocket socket, CancellationToken token)
    {
        await socket.SendAsync("ping"u8.ToArray(), WebSocketMessageType.Text, true, token);
        var buffer = new byte[64];
        var received = await socket.ReceiveAsync(buffer, token);
        return received.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}
