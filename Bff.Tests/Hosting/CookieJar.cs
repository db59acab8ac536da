namespace Bff.Tests.Hosting;

/// <summary>What Chromium keeps of <c>Set-Cookie</c> and sends back: by host, never by port.</summary>
internal sealed class CookieJar(TimeProvider time)
{
    private const int LongestCookie = 4096;

    private readonly Lock gate = new();
    // In the order of their creation, which is the order in which equals are sent.
    private readonly List<Cookie> cookies = [];

    public IReadOnlyList<Cookie> All
    {
        get
        {
            lock (gate)
            {
                return [.. cookies.Where(IsAlive)];
            }
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            cookies.Clear();
        }
    }

    /// <summary>Puts a cookie in as it stands, e.g. one that a thief brought.</summary>
    public void Put(Cookie cookie)
    {
        lock (gate)
        {
            var same = cookies.FindIndex(known => known.Name == cookie.Name && known.Host == cookie.Host && known.Path == cookie.Path);
            if (same < 0)
            {
                cookies.Add(cookie);
            }
            else
            {
                cookies[same] = cookie;
            }

            cookies.RemoveAll(known => !IsAlive(known));
        }
    }

    /// <param name="setCookieLines">As they came.</param>
    /// <param name="url">Who sent them.</param>
    /// <param name="sameSite">Whether the request was same-site or a navigation; another's <c>SameSite</c> cookies are not kept.</param>
    public void Keep(IEnumerable<string> setCookieLines, Uri url, bool sameSite)
    {
        foreach (var cookie in setCookieLines.Select(line => Cookie.Parse(line, url, time.GetUtcNow())))
        {
            if (cookie is not null && MayBeSet(cookie, url) && (sameSite || cookie.SameSite == "None"))
            {
                Put(cookie);
            }
        }
    }

    /// <summary>The value of the <c>Cookie</c> header, or null.</summary>
    public string? HeaderFor(Uri url, CookieContext context)
    {
        var sent = All.Where(cookie => MayBeSent(cookie, url, context)).OrderByDescending(cookie => cookie.Path.Length)
            .Select(cookie => $"{cookie.Name}={cookie.Value}").ToArray();
        return sent.Length == 0 ? null : string.Join("; ", sent);
    }

    private static bool MayBeSet(Cookie cookie, Uri url)
    {
        var prefixed = (Secure: Starts(cookie, "__Secure-"), Host: Starts(cookie, "__Host-"));
        return cookie.Name.Length + cookie.Value.Length <= LongestCookie
            && (cookie.HostOnly || DomainMatches(url.IdnHost, cookie.Host))
            && (!cookie.Secure || Site.IsTrustworthy(url))
            && (cookie.SameSite != "None" || cookie.Secure)
            && (!prefixed.Secure || cookie.Secure)
            && (!prefixed.Host || (cookie.Secure && cookie.HostOnly && cookie.Path == "/"));
    }

    private static bool MayBeSent(Cookie cookie, Uri url, CookieContext context) =>
        (cookie.HostOnly ? url.IdnHost == cookie.Host : DomainMatches(url.IdnHost, cookie.Host))
        && PathMatches(url.AbsolutePath, cookie.Path)
        && (!cookie.Secure || Site.IsTrustworthy(url))
        && cookie.SameSite switch
        {
            "Strict" => context == CookieContext.SameSite,
            "Lax" => context != CookieContext.CrossSite,
            _ => true,
        };

    private static bool Starts(Cookie cookie, string prefix) => cookie.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    private static bool DomainMatches(string host, string domain) =>
        host == domain || host.EndsWith("." + domain, StringComparison.Ordinal);

    private static bool PathMatches(string path, string cookiePath) => path == cookiePath
        || (path.StartsWith(cookiePath, StringComparison.Ordinal) && (cookiePath.EndsWith('/') || path[cookiePath.Length] == '/'));

    private bool IsAlive(Cookie cookie) => cookie.ExpiresAt is null || time.GetUtcNow() < cookie.ExpiresAt;
}

/// <summary>How a request relates to the page that caused it.</summary>
internal enum CookieContext
{
    SameSite,

    /// <summary>Another site's link or redirect: <c>Lax</c> cookies go along, <c>Strict</c> ones do not.</summary>
    CrossSiteNavigation,
    CrossSite,
}
