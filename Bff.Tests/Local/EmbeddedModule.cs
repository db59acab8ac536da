using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace Bff.Tests.Local;

/// <summary>Another app in the SPA's place: it starts <c>bff.js</c> as React does under StrictMode, and lists what it is given.</summary>
internal static class EmbeddedModule
{
    private const string App = """
        import * as bff from '/bff.js';
        const list = document.createElement('ol');
        document.body.replaceChildren(list);
        const show = (text) => list.append(Object.assign(document.createElement('li'), { textContent: text }));
        const effect = () => bff.start('BFF', {
          automatic: AUTOMATIC,
          signedIn: (me) => show(`signed in ${me.sub}`),
          signedOut: (reason) => show(`signed out ${reason}`),
          loginFailed: (code) => show(`failed ${code}`),
          expiring: ({ expiresAt }) => show(`expiring ${expiresAt}`),
          message: (text) => text && show(text),
        });
        window.bff = bff;
        history.replaceState({ key: 'router' }, '');
        const cleanUp = effect();
        cleanUp();
        effect();
        """;

    // Headless pages are all visible; hide() and show() do what switching between tabs does.
    private const string Visibility = """
        let hidden = false;
        Object.defineProperty(document, 'hidden', { get: () => hidden });
        Object.defineProperty(document, 'visibilityState', { get: () => (hidden ? 'hidden' : 'visible') });
        window.setHidden = (value) => (hidden = value, document.dispatchEvent(new Event('visibilitychange')));
        """;

    /// <summary>Puts it into all tabs; returns the navigations to <c>/login</c>, as they come.</summary>
    public static async Task<ConcurrentQueue<string>> ServeAsync(IBrowserContext context, string bff, bool automatic = true)
    {
        var script = App.Replace("BFF", bff, StringComparison.Ordinal)
            .Replace("AUTOMATIC", automatic ? "true" : "false", StringComparison.Ordinal);
        await context.AddInitScriptAsync(Visibility);
        await context.RouteAsync(
            url => new Uri(url).AbsolutePath == "/app.js",
            route => route.FulfillAsync(new() { ContentType = "text/javascript", Body = script }));
        var (logins, start) = (new ConcurrentQueue<string>(), bff + "/login?returnUrl=");
        context.Request += (_, request) =>
        {
            if (request.Url.StartsWith(start, StringComparison.Ordinal))
                logins.Enqueue(Uri.UnescapeDataString(request.Url[start.Length..]));
        };
        return logins;
    }

    /// <summary>An event stream that stays open.</summary>
    public static async IAsyncEnumerable<string> Endless([EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return "open";
        await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public static Task HideAsync(this IPage page, bool hidden = true) => page.EvaluateAsync("hidden => setHidden(hidden)", hidden);

    /// <summary>Waits until the page was given this last.</summary>
    public static Task ShowsAsync(this IPage page, string text) => Assertions.Expect(page.Locator("li").Last).ToHaveTextAsync(text);
}
