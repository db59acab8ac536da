using System.Net;
using Bff.Settings;

namespace Bff.Security;

/// <summary>The SPA and the BFF must be of one site, or the browser withholds the session cookie (RFC 6265bis section 5.2).</summary>
internal static partial class SpaSites
{
    /// <summary>
    /// Says at start which of <c>Bff:SpaOrigins</c> cannot work. Where a site ends only the Public Suffix List knows: what is not
    /// sure is not said.
    /// </summary>
    public static void WarnOfOtherSites(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<BffOptions>();
        foreach (var origin in options.SpaOrigins.Where(origin => IsOfAnotherSite(new Uri(origin), new Uri(options.PublicUrl))))
            Log.OtherSite(app.Logger, origin, options.PublicUrl);
    }

    internal static bool IsOfAnotherSite(Uri spa, Uri bff) =>
        spa.Scheme != bff.Scheme || (spa.IdnHost != bff.IdnHost && (IsAddress(spa) || IsAddress(bff) || Ending(spa) != Ending(bff)));

    private static bool IsAddress(Uri url) => IPAddress.TryParse(url.IdnHost, out var _);

    /// <summary>Two labels at most: no site is wider.</summary>
    private static string Ending(Uri url) => string.Join('.', url.IdnHost.Split('.').TakeLast(2));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Origin} in Bff:SpaOrigins is of another site than Bff:PublicUrl, {PublicUrl}: the "
            + "browser will not send the session cookie from there. Use one scheme and names under one domain, such as app.example.com "
            + "and bff.example.com.")]
        public static partial void OtherSite(ILogger logger, string origin, string publicUrl);
    }
}
