namespace Bff.Tests.Hosting;

/// <summary>One hop of the browser's window: what is asked of whom, on whose behalf.</summary>
/// <param name="Initiator">The page whose link, form or redirect this is; null for the address bar.</param>
/// <param name="Relation">The value of <c>Sec-Fetch-Site</c>, earlier hops included.</param>
internal sealed record Navigation(HttpMethod Method, Uri Url, Uri? Initiator, string Relation, string? Body)
{
    // Chromium judges SameSite by the initiator alone, not by the redirects between.
    public CookieContext Context => Initiator is null || Site.Same(Initiator, Url)
        ? CookieContext.SameSite
        : Method == HttpMethod.Get ? CookieContext.CrossSiteNavigation : CookieContext.CrossSite;
}
