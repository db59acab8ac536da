using System.Net;

namespace Bff.Settings;

/// <summary>Rules about origins and absolute URLs in settings, as a browser would read them (RFC 6454, WHATWG URL).</summary>
internal static class Origin
{
    /// <summary>
    /// Whether the text is exactly what a browser sends in an <c>Origin</c> header: scheme, host and a port that is not the
    /// default.
    /// </summary>
    public static bool IsExact(string? text) => Parse(text) is { } uri && text == Of(uri);

    /// <summary>Whether cookies that demand a secure origin work there: https, or http to this machine itself.</summary>
    public static bool IsSecure(Uri uri) => uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && IsLoopback(uri));

    public static bool IsLoopback(Uri uri) =>
        uri.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || uri.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    public static string Of(Uri uri)
    {
        var host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost;
        return $"{uri.Scheme}://{host}{(uri.IsDefaultPort ? "" : ":" + uri.Port)}";
    }

    /// <summary>The http or https URL in the text, or null; user information and a fragment are never part of a setting.</summary>
    public static Uri? Parse(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https" && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
            ? uri
            : null;
}
