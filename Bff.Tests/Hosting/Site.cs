using System.Net;

namespace Bff.Tests.Hosting;

/// <summary>Origins and sites as Chromium sees them.</summary>
internal static class Site
{
    public static string Origin(Uri url) => url.GetLeftPart(UriPartial.Authority);

    /// <summary>Same scheme and same registrable domain; the port does not count.</summary>
    public static bool Same(Uri a, Uri b) => a.Scheme == b.Scheme && Registrable(a.IdnHost) == Registrable(b.IdnHost);

    /// <summary>https, or loopback: there Chromium keeps and sends <c>Secure</c> cookies and sends <c>Sec-Fetch-*</c>.</summary>
    public static bool IsTrustworthy(Uri url) =>
        url.Scheme == Uri.UriSchemeHttps || url.IsLoopback || url.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    /// <summary>The value of <c>Sec-Fetch-Site</c>; for an address that the user typed: <c>none</c>.</summary>
    public static string Relation(Uri? initiator, Uri target)
    {
        if (initiator is null)
        {
            return "none";
        }

        if (Origin(initiator) == Origin(target))
        {
            return "same-origin";
        }

        return Same(initiator, target) ? "same-site" : "cross-site";
    }

    // The last two labels serve for the names that tests use; there is no public suffix list here.
    private static string Registrable(string host) =>
        IPAddress.TryParse(host.Trim('[', ']'), out _) ? host : string.Join('.', host.Split('.').TakeLast(2)).ToLowerInvariant();
}
