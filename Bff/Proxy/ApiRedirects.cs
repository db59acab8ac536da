using System.Text.RegularExpressions;
using Bff.Settings;

namespace Bff.Proxy;

/// <summary>
/// Where the API may redirect the browser: to other hosts as it likes, and on the BFF's host within <c>/api</c>. A script's <c>fetch</c>
/// follows a 307 with its method, body and <c>X-CSRF</c>, so a redirect to <c>/logout</c> would act as if the SPA had asked.
/// </summary>
internal sealed partial class ApiRedirects(BffOptions options, ILogger<ApiRedirects> logger)
{
    private readonly Uri here = new(options.PublicOrigin);

    /// <param name="request">What was sent to the API: its host is replaced, because browsers may not reach or know it.</param>
    public void Filter(HttpContext context, HttpRequestMessage request)
    {
        var headers = context.Response.Headers;
        foreach (var name in (string[])["Location", "Content-Location"])
        {
            if (headers[name] is [{ } location]) headers[name] = WithPublicHost(location, request);
            else headers.Remove(name);
        }
        if (context.Response.StatusCode is < 300 or > 399 || headers.Location is not [{ } target]
            || IsAllowed(target, context.Request.Path)) return;
        headers.Remove("Location");
        Log.Dropped(logger, context.GetReverseProxyFeature().Route.Config.RouteId);
    }

    private string WithPublicHost(string location, HttpRequestMessage request) =>
        AsBrowsersRead(location) is var read && Absolute().IsMatch(read) && Uri.TryCreate(request.RequestUri, read, out var target)
        && (target.Authority == request.RequestUri!.Authority || target.Authority == request.Headers.Host)
            // With the origin: a path of two slashes would name another host.
            ? options.PublicOrigin + target.PathAndQuery + target.Fragment
            : location;

    private bool IsAllowed(string location, PathString requested)
    {
        var read = AsBrowsersRead(location);
        // Browsers and this class could read these differently: "https:logout" is a path to a browser.
        if ((Scheme().IsMatch(read) && !SchemeAndHost().IsMatch(read)) || Credentials().IsMatch(read)) return false;
        if (!Uri.TryCreate(new Uri(here, requested.ToUriComponent()), read, out var target)) return false;
        var path = PathString.FromUriComponent(target.AbsolutePath);
        return !IsHere(target) || (path.StartsWithSegments("/api") && !AmbiguousPath.IsAmbiguous(path.Value!));
    }

    /// <summary>With either scheme: under HSTS a browser turns http into https. A trailing dot names the same host.</summary>
    private bool IsHere(Uri target) =>
        target.IdnHost.TrimEnd('.').Equals(here.IdnHost.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)
        && (target.Port == here.Port || (target.IsDefaultPort && here.IsDefaultPort));

    /// <summary>Without tabs, with slashes for backslashes (WHATWG URL 4.4), and with bytes outside ASCII percent-encoded.</summary>
    private static string AsBrowsersRead(string location) =>
        OutsideAscii().Replace(location.Replace("\t", "", StringComparison.Ordinal), match => $"%{(int)match.Value[0]:X2}")
            .Trim(' ').Replace('\\', '/');

    [GeneratedRegex(@"^([a-z][a-z0-9+.-]*:|//)", RegexOptions.IgnoreCase)]
    private static partial Regex Absolute();

    [GeneratedRegex(@"[\x80-\xff]")]
    private static partial Regex OutsideAscii();

    [GeneratedRegex(@"^[a-z][a-z0-9+.-]*:", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"^[a-z][a-z0-9+.-]*://[^/]", RegexOptions.IgnoreCase)]
    private static partial Regex SchemeAndHost();

    [GeneratedRegex(@"^([a-z][a-z0-9+.-]*:)?//[^/?#]*@", RegexOptions.IgnoreCase)]
    private static partial Regex Credentials();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A redirect of the API behind route {Route} was dropped: it leads to the BFF's host "
            + "outside of /api.")]
        public static partial void Dropped(ILogger logger, string route);
    }
}
