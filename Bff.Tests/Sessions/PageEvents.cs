using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>
/// What one page's <c>EventSource('/events')</c> receives, parsed as the HTML standard says (9.2.6); it does not come back by
/// itself.
/// </summary>
internal sealed class PageEvents : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient client;
    private readonly StreamReader reader;

    private PageEvents(HttpClient client, HttpResponseMessage response, Stream body) =>
        (this.client, Response, reader) = (client, response, new StreamReader(body, Encoding.UTF8));

    public HttpResponseMessage Response { get; }

    /// <summary>What the browser would send as <c>Last-Event-ID</c>.</summary>
    public string LastEventId { get; private set; } = "";

    /// <summary>How long the browser would wait before it comes back.</summary>
    public TimeSpan Retry { get; private set; }

    public int Comments { get; private set; }

    /// <summary>Opens the stream and waits until it has begun.</summary>
    public static Task<PageEvents> OpenAsync(BffSystem system, Browser browser, Uri? at = null, string? lastEventId = null) =>
        OpenAsync(at ?? system.Url, system.Spa, browser, lastEventId);

    /// <param name="at">The instance.</param>
    /// <param name="spa">Where the page stands.</param>
    /// <param name="browser">Whose cookie is sent.</param>
    /// <param name="lastEventId">Of a stream before.</param>
    public static async Task<PageEvents> OpenAsync(Uri at, Uri spa, Browser browser, string? lastEventId = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        var response = await SendAsync(client, at, spa, browser, lastEventId);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var page = new PageEvents(client, response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        while (page.LastEventId is "") await page.ReadLineAsync();
        return page;
    }

    public static Task<HttpResponseMessage> SendAsync(HttpClient client, Uri at, Uri spa, Browser browser, string? lastEventId = null)
    {
        (string, string)[] more = lastEventId is null ? [] : [("Last-Event-ID", lastEventId)];
        return client.SendAsync(OpenStream.EventRequest(new Uri(at, "/events"), OpenStream.Cookie(browser), spa.Origin(), more),
            HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>The next event; null when the stream has ended.</summary>
    public async Task<(string Name, JsonNode Data)?> NextAsync()
    {
        var (name, data) = ("message", "");
        while (await ReadLineAsync() is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            if (line.StartsWith("data: ", StringComparison.Ordinal)) data += line[6..];
            if (line is "" && data is not "") return (name, JsonNode.Parse(data)!);
        }
        return null;
    }

    /// <summary>The next event, which must be that one.</summary>
    public async Task<JsonNode> NextAsync(string name)
    {
        var next = await NextAsync();
        Assert.Equal(name, next?.Name);
        return next!.Value.Data;
    }

    /// <summary>The next line of whatever kind.</summary>
    public async Task<string?> ReadLineAsync()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience);
        var line = await reader.ReadLineAsync(deadline.Token);
        if (line is null) return null;
        if (line.StartsWith("id: ", StringComparison.Ordinal)) LastEventId = line[4..];
        if (line.StartsWith("retry: ", StringComparison.Ordinal))
            Retry = TimeSpan.FromMilliseconds(int.Parse(line[7..], System.Globalization.CultureInfo.InvariantCulture));
        if (line.StartsWith(':')) Comments++;
        return line;
    }

    public void Dispose()
    {
        // Or the connection stays open.
        Response.Dispose();
        reader.Dispose();
        client.Dispose();
    }
}
