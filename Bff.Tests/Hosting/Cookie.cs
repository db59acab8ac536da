using System.Globalization;

namespace Bff.Tests.Hosting;

/// <summary>A cookie as the browser keeps it (rfc6265bis).</summary>
internal sealed record Cookie
{
    public required string Name { get; init; }

    public required string Value { get; init; }

    /// <summary>The host that set it, or the <c>Domain</c> it was given.</summary>
    public required string Host { get; init; }

    /// <summary>No <c>Domain</c> was given: only this very host gets it back.</summary>
    public required bool HostOnly { get; init; }

    public required string Path { get; init; }

    public bool Secure { get; init; }

    public bool HttpOnly { get; init; }

    /// <summary><c>Strict</c>, <c>Lax</c> or <c>None</c>; unsaid is <c>Lax</c>, as in Chromium.</summary>
    public string SameSite { get; init; } = "Lax";

    /// <summary>Absent for a cookie that ends with the browser.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Null when the line is no cookie at all.</summary>
    public static Cookie? Parse(string line, Uri url, DateTimeOffset now)
    {
        var parts = line.Split(';');
        if (parts[0].Split('=', 2) is not [var name, var value] || name.Trim().Length == 0)
        {
            return null;
        }

        var attributes = parts.Skip(1).Select(part => part.Split('=', 2))
            .GroupBy(part => part[0].Trim(), StringComparer.OrdinalIgnoreCase)
            .ToDictionary(same => same.Key, same => same.Last().Length > 1 ? same.Last()[1].Trim() : "", StringComparer.OrdinalIgnoreCase);
        var domain = attributes.GetValueOrDefault("Domain")?.TrimStart('.');
        var path = attributes.GetValueOrDefault("Path");
        return new Cookie
        {
            Name = name.Trim(),
            Value = value.Trim(),
            Host = string.IsNullOrEmpty(domain) ? url.IdnHost : domain.ToLowerInvariant(),
            HostOnly = string.IsNullOrEmpty(domain),
            Path = path?.StartsWith('/') == true ? path : DefaultPath(url),
            Secure = attributes.ContainsKey("Secure"),
            HttpOnly = attributes.ContainsKey("HttpOnly"),
            SameSite = attributes.GetValueOrDefault("SameSite")?.ToLowerInvariant() switch
            {
                "strict" => "Strict",
                "none" =>
                "None",
                _ => "Lax"
            },
            ExpiresAt = Expiry(attributes, now),
        };
    }

    private static DateTimeOffset? Expiry(Dictionary<string, string> attributes, DateTimeOffset now)
    {
        // Max-Age wins over Expires; zero and less mean at once.
        if (long.TryParse(attributes.GetValueOrDefault("Max-Age"), CultureInfo.InvariantCulture, out var seconds))
        {
            return seconds <= 0 ? DateTimeOffset.MinValue : now.AddSeconds(Math.Min(seconds, TimeSpan.FromDays(400).TotalSeconds));
        }

        return DateTimeOffset.TryParse(attributes.GetValueOrDefault("Expires"), CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var date) ? date : null;
    }

    private static string DefaultPath(Uri url)
    {
        var last = url.AbsolutePath.LastIndexOf('/');
        return last <= 0 ? "/" : url.AbsolutePath[..last];
    }
}
