using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;

namespace Bff.Tests.Browsers;

/// <summary>
/// Everything that a tab was given and said: addresses, answers with headers and bodies, console lines, and, where a test takes a
/// look, the page itself and what scripts could find in the browser.
/// </summary>
internal sealed class Sightings
{
    // What a script on the page can reach by itself.
    private const string Reachable = """
        async () => JSON.stringify({
          cookie: document.cookie,
          local: { ...localStorage },
          session: { ...sessionStorage },
          databases: await indexedDB.databases(),
          caches: await caches.keys(),
          workers: (await navigator.serviceWorker.getRegistrations()).length,
          window: name, state: history.state, address: location.href, referrer: document.referrer,
          html: document.documentElement.outerHTML })
        """;

    private readonly ConcurrentQueue<string> all = [];
    private readonly ConcurrentQueue<(Uri From, Uri To)> referrals = [];
    private readonly IPage page;

    private Sightings(IPage page)
    {
        this.page = page;
        page.Request += (_, request) => Note(request);
        page.FrameNavigated += (_, frame) => all.Enqueue(frame.Url);
        page.Console += (_, message) => all.Enqueue($"{message.Text} {message.Location}");
        page.PageError += (_, error) => all.Enqueue(error);
    }

    public IReadOnlyCollection<string> All => all;

    /// <summary>What the servers of pages, their parts and their requests learned about where the browser came from.</summary>
    public IReadOnlyCollection<(Uri From, Uri To)> Referrals => referrals;

    public static async Task<Sightings> OfAsync(IPage page)
    {
        var sightings = new Sightings(page);
        // Playwright reads bodies after the fact, and a navigation takes them away; here each answer waits until it was read.
        var devTools = await page.Context.NewCDPSessionAsync(page);
        devTools.Event("Fetch.requestPaused").OnEvent += async (_, paused) => await sightings.ReadAsync(devTools, paused!.Value);
        await devTools.SendAsync("Fetch.enable", new() { ["patterns"] = new[] { new { urlPattern = "*", requestStage = "Response" } } });
        return sightings;
    }

    /// <summary>What the open page shows and what its scripts could read.</summary>
    public async Task<JsonElement> LookAsync()
    {
        var seen = await page.EvaluateAsync<string>(Reachable);
        all.Enqueue(seen);
        return JsonDocument.Parse(seen).RootElement;
    }

    private void Note(IRequest request)
    {
        all.Enqueue(request.Url);
        if (request.Headers.GetValueOrDefault("referer") is not { Length: > 0 } referrer) return;
        all.Enqueue(referrer);
        referrals.Enqueue((new Uri(referrer), new Uri(request.Url)));
    }

    private async Task ReadAsync(ICDPSession devTools, JsonElement paused)
    {
        var request = new Dictionary<string, object> { ["requestId"] = paused.GetProperty("requestId").GetString()! };
        try
        {
            if (paused.TryGetProperty("responseHeaders", out var headers)) all.Enqueue(headers.GetRawText());
            if (HasBody(paused)) all.Enqueue(Text(await devTools.SendAsync("Fetch.getResponseBody", request)));
            await devTools.SendAsync("Fetch.continueRequest", request);
        }
        catch (PlaywrightException)
        {
            // The page or the whole profile went away.
        }
    }

    // A redirect has none, and that of an event stream never ends.
    private static bool HasBody(JsonElement paused) =>
        paused.TryGetProperty("responseStatusCode", out var status) && status.GetInt32() is not (204 or 304 or (>= 300 and < 400))
        && !paused.GetProperty("responseHeaders").GetRawText().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);

    private static string Text(JsonElement? answer)
    {
        var body = answer!.Value.GetProperty("body").GetString()!;
        return answer.Value.GetProperty("base64Encoded").GetBoolean() ? Encoding.UTF8.GetString(Convert.FromBase64String(body)) : body;
    }
}
