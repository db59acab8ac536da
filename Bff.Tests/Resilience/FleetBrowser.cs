using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>A browser with cookies of its own that calls the instance that the test names.</summary>
internal sealed class FleetBrowser(Fleet fleet, HttpMessageHandler network) : IDisposable
{
    /// <summary>Its window and cookie jar; the jar knows hosts, not ports, so every instance gets the same cookies.</summary>
    public Browser Window { get; } = new(network: network);

    /// <summary>The value of the session cookie, or null.</summary>
    public string? Session => Window.Cookie(The.SessionCookie)?.Value;

    /// <summary>Begins a sign-in; returns where the user pool sends the browser back to, at that instance.</summary>
    public async Task<Uri> SignInUpToCallbackAsync(int at = 0, string user = The.Alice)
    {
        await Window.NavigateAsync(new Uri(fleet.UrlOf(at), "/login"), typed: true);
        return await FollowUpToCallbackAsync(at, user);
    }

    /// <summary>
    /// Goes on from the redirect of <c>/login</c>; returns where the user pool sends the browser back to, at that instance.
    /// </summary>
    public async Task<Uri> FollowUpToCallbackAsync(int at = 0, string user = The.Alice)
    {
        var page = await Window.FollowAllAsync(IsCallback);
        // A user with a session at the user pool is not asked to sign in.
        if (!page.IsRedirect)
        {
            Assert.True(page.Status == HttpStatusCode.OK, $"{page.Url} {page.Status}: {page.Says}");
            page = await Window.SubmitAsync(page.Form, ("username", user), ("password", The.Password));
        }
        while (page.IsRedirect && !IsCallback(page.Location)) page = await Window.FollowAsync();
        Assert.True(page.IsRedirect, page.Says);
        return new Uri(fleet.UrlOf(at), page.Location.PathAndQuery);
    }

    /// <summary>All the way, with whatever cookies the user pool gave to this user before.</summary>
    public async Task SignInAsync(int at = 0, string user = The.Alice, IEnumerable<Hosting.Cookie>? known = null)
    {
        foreach (var cookie in known ?? []) Window.Cookies.Put(cookie);
        // As the redirect of the user pool, but to that instance.
        var page = await Window.NavigateAsync(await SignInUpToCallbackAsync(at, user), typed: true);
        Assert.True(page.Status == HttpStatusCode.Found && page.Location.Query.Length == 0 && Session is not null,
            $"{page.Status} {page.Response.Headers.Location} {page.Says}");
    }

    /// <summary>A call as the SPA makes it, but without the preflight that its browser would send before.</summary>
    public async Task<HttpResponseMessage> CallAsync(HttpMethod method, string path, int at = 0, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(fleet.UrlOf(at), path)) { Content = body };
        request.Headers.Add("X-CSRF", "1");
        return await Window.SendAsync(request, CookieContext.SameSite);
    }

    public Task<HttpResponseMessage> MeAsync(int at = 0) => CallAsync(HttpMethod.Get, "/me", at);

    public Task<HttpResponseMessage> ApiAsync(int at = 0) => CallAsync(HttpMethod.Get, "/api/hello", at);

    public Task<HttpResponseMessage> RefreshAsync(int at = 0) => CallAsync(HttpMethod.Post, "/refresh", at);

    public Task<HttpResponseMessage> LogoutAsync(int at = 0) => CallAsync(HttpMethod.Post, "/logout", at);

    public void Dispose() => Window.Dispose();

    private static bool IsCallback(Uri url) => url.AbsolutePath == "/callback";
}
