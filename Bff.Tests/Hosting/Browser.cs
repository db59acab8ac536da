using System.Net;
using System.Text;
using AngleSharp.Html.Dom;

namespace Bff.Tests.Hosting;

/// <summary>
/// A browser without a screen: one cookie jar, Chromium's rules for it, the headers Chromium sends,
/// and a stop at every redirect so that each hop can be looked at.
/// </summary>
internal sealed class Browser : IDisposable
{
    private const string Accept = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8";
    private const string UserAgent =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36";

    private readonly HttpClient client;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Browser(TimeProvider? time = null, HttpMessageHandler? network = null)
    {
        Cookies = new CookieJar(time ?? TimeProvider.System);
        client = new HttpClient(network ?? new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false },
            disposeHandler: network is null);
    }

    public CookieJar Cookies { get; }

    /// <summary>What the last hop brought.</summary>
    public BrowserPage? Page { get; private set; }

    /// <summary>The page that is on show, and initiates what comes next: a redirect shows nothing, nor does 204.</summary>
    public BrowserPage? Shown { get; private set; }

    public Cookie? Cookie(string name) => Cookies.All.SingleOrDefault(cookie => cookie.Name == name);

    /// <summary>A link on the open page or, with <paramref name="typed"/>, the address bar.</summary>
    public Task<BrowserPage> NavigateAsync(Uri url, bool typed = false)
    {
        var initiator = typed ? null : Shown?.Url;
        return LoadAsync(new(HttpMethod.Get, url, initiator, Site.Relation(initiator, url), null));
    }

    public Task<BrowserPage> NavigateAsync(string url, bool typed = false) =>
        NavigateAsync(Shown is null ? new(url) : new Uri(Shown.Url, url), typed);

    /// <summary>One hop further along the redirect at which the browser stands.</summary>
    public Task<BrowserPage> FollowAsync()
    {
        var stop = Page is { IsRedirect: true } redirect ? redirect
            : throw new InvalidOperationException($"{Page?.Url} answered {Page?.Status}, which is no redirect.");
        var (here, location) = (stop.Navigation, stop.Location);
        var keep = (int)stop.Status is 307 or 308;
        // A chain is as foreign as its most foreign hop.
        var relation = Worse(here.Relation, Site.Relation(here.Initiator, location));
        return LoadAsync(new(keep ? here.Method : HttpMethod.Get, location, here.Initiator, relation, keep ? here.Body : null));
    }

    /// <summary>Along all redirects, but not into the URL that <paramref name="until"/> names.</summary>
    public async Task<BrowserPage> FollowAllAsync(Func<Uri, bool>? until = null)
    {
        for (var hop = 0; Page is { IsRedirect: true } && until?.Invoke(Page.Location) != true; hop++)
        {
            await (hop < 20 ? FollowAsync() : throw new InvalidOperationException($"Too many redirects, the last to {Page.Location}."));
        }

        return Page ?? throw new InvalidOperationException("No page is open.");
    }

    /// <summary>Fills the form in and presses its one submit button; what is not named keeps its value.</summary>
    public Task<BrowserPage> SubmitAsync(IHtmlFormElement form, params IEnumerable<(string Name, string Value)> values)
    {
        var open = Shown ?? throw new InvalidOperationException("No page is open.");
        var fields = form.Elements.OfType<IHtmlInputElement>().Where(input => !string.IsNullOrEmpty(input.Name) && !input.IsDisabled)
            .ToDictionary(input => input.Name!, input => input.Value);
        foreach (var (name, value) in values)
        {
            fields[name] = fields.ContainsKey(name) ? value : throw new InvalidOperationException($"{open.Url} has no field {name}.");
        }

        var target = new Uri(open.Url, form.GetAttribute("action") ?? "");
        var query = string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));
        var post = string.Equals(form.Method, "post", StringComparison.OrdinalIgnoreCase);
        var url = post ? target : new UriBuilder(target) { Query = query }.Uri;
        return LoadAsync(new(post ? HttpMethod.Post : HttpMethod.Get, url, open.Url, Site.Relation(open.Url, url), post ? query : null));
    }

    public void Dispose() => client.Dispose();

    /// <summary>The request as the network sees it; <see cref="BrowserFetch"/> shares it.</summary>
    internal async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CookieContext context)
    {
        var url = request.RequestUri!;
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        request.Headers.TryAddWithoutValidation("Accept-Language", "en-US,en;q=0.9");
        if (Cookies.HeaderFor(url, context) is { } cookies)
        {
            request.Headers.TryAddWithoutValidation("Cookie", cookies);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        if (response.Headers.TryGetValues("Set-Cookie", out var lines))
        {
            Cookies.Keep(lines, url, context != CookieContext.CrossSite || request.Headers.Contains("Upgrade-Insecure-Requests"));
        }

        return response;
    }

    /// <summary>Without a cookie in either direction, as a preflight goes.</summary>
    internal Task<HttpResponseMessage> SendBareAsync(HttpRequestMessage request)
    {
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        return client.SendAsync(request, Cancelled);
    }

    private async Task<BrowserPage> LoadAsync(Navigation navigation)
    {
        using var request = new HttpRequestMessage(navigation.Method, navigation.Url);
        request.Headers.TryAddWithoutValidation("Accept", Accept);
        request.Headers.TryAddWithoutValidation("Upgrade-Insecure-Requests", "1");
        if (Site.IsTrustworthy(navigation.Url))
        {
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", navigation.Relation);
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Mode", "navigate");
            request.Headers.TryAddWithoutValidation("Sec-Fetch-User", "?1");
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Dest", "document");
        }

        if (navigation.Body is not null)
        {
            request.Content = new StringContent(navigation.Body, Encoding.UTF8, "application/x-www-form-urlencoded");
            request.Headers.TryAddWithoutValidation("Origin", OriginOf(navigation));
        }

        var response = await SendAsync(request, navigation.Context);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        Page = new BrowserPage(navigation, response, text);
        Shown = Page.IsRedirect || Page.Status == HttpStatusCode.NoContent ? Shown : Page;
        return Page;
    }

    // Fetch, "append a request Origin header": a page with the policy no-referrer hides its origin from POSTs.
    private string OriginOf(Navigation navigation) =>
        navigation.Initiator is { } page && Shown?.ReferrerPolicy != "no-referrer" ? Site.Origin(page) : "null";

    private static string Worse(string a, string b)
    {
        string[] order = ["none", "same-origin", "same-site", "cross-site"];
        return Array.IndexOf(order, a) > Array.IndexOf(order, b) ? a : b;
    }
}
