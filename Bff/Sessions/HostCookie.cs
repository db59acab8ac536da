namespace Bff.Sessions;

/// <summary>A <c>__Host-</c> cookie: HttpOnly, Secure, for this host alone.</summary>
internal sealed class HostCookie(string name, SameSiteMode sameSite, TimeSpan? maxAge)
{
    /// <summary>The value; null when there is none, or more than one.</summary>
    /// <remarks>
    /// The framework compares names without regard to case and takes the last of two: a cookie that a sibling domain set as
    /// <c>__host-…</c>, or without a name, could stand for this one (rfc6265bis section 4.1.3). No other white space than a browser's own
    /// is trimmed: to a browser, a name after U+00A0 has no prefix.
    /// </remarks>
    public string? Read(HttpRequest request)
    {
        string? found = null;
        foreach (var line in request.Headers.Cookie)
        {
            foreach (var part in line.AsSpan().Split(';'))
            {
                var pair = line.AsSpan(part).Trim(" \t");
                if (!pair.StartsWith(name, StringComparison.Ordinal) || pair.Length == name.Length || pair[name.Length] != '=') continue;
                if (found is not null) return null;
                found = pair[(name.Length + 1)..].ToString();
            }
        }
        return found;
    }

    public void Append(HttpResponse response, string value) => response.Cookies.Append(name, value, Attributes(maxAge));

    // Browsers replace a cookie only when the attributes that identify it are the same, and __Host- demands them anyway.
    public void Delete(HttpResponse response) => response.Cookies.Append(name, "", Attributes(TimeSpan.Zero));

    private CookieOptions Attributes(TimeSpan? age) => new()
    {
        Path = "/",
        Secure = true,
        HttpOnly = true,
        SameSite = sameSite,
        MaxAge = age,
        IsEssential = true,
    };
}
