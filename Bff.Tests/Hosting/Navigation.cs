namespace Bff.Tests.Hosting;

/// <summary>
/// One hop of the browser's window: what is asked of whom, on behalf of which page (none at the address bar),
/// and how foreign that is (<c>Sec-Fetch-Site</c>, earlier hops included).
/// </summary>
internal sealed record Navigation(HttpMethod Method, Uri Url, Uri? Initiator, string Relation, string? Body)
{
    // Chromium judges SameSite by the initiator alone, not by the redirects between.
    public CookieContext Context => Initiator is null || Site.Same(Initiator, Url)
        ? CookieContext.SameSite
        : Method == HttpMethod.Get ? CookieContext.CrossSiteNavigation : CookieContext.CrossSite;
}
