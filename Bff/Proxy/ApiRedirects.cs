using System.Text.RegularExpressions;
using Bff.Settings;

namespace Bff.Proxy;

/// <summary>
/// Where the API may send the browser: elsewhere as it likes, and on this origin within its own route. A script's <c>fetch</c>
/// follows a 307 with its method, its body and its <c>X-CSRF</c>, so a redirect to <c>/logout</c> or to another API would act
/// there as if the SPA had asked (confused deputy).
/// </summary>
internal sealed partial class ApiRedirects(BffOptions options, LinkParser paths, ILogger<ApiRedirects> logger)
{
    public void Trim(HttpContext context, HttpRequestMessage asked)
    {
        var headers = context.Response.Headers;
        foreach (var name in (string[])["Location", "Content-Location"])
        {
            if (headers[name] is [{ } location]) headers[name] = WithoutInternalHost(location, asked);
            else headers.Remove(name);
        }
        if (context.Response.StatusCode is < 300 or > 399 || headers.Location is not [{ } target] || MayLead(context, target)) return;
        headers.Remove("Location");
        Log.Dropped(logger, context.GetReverseProxyFeature().Route.Config.RouteId);
    }

    /// <summary>An absolute redirect within the API leads to the same path here: its own address is none that a browser could reach or should know.</summary>
    private string WithoutInternalHost(string location, HttpRequestMessage asked) =>
        Absolute().IsMatch(location) && Uri.TryCreate(asked.RequestUri, location.TrimStart().Replace('\\', '/'), out var target) && (target.Authority == asked.RequestUri!.Authority || target.Authority == asked.Headers.Host)
            // With the origin, lest a path of two slashes become another host.
            ? options.PublicOrigin + target.PathAndQuery + target.Fragment
            : location;

    private bool MayLead(HttpContext context, string location)
    {
        // As the browser resolves it. What it and we could read differently ("https:logout" is a path to it) leads nowhere.
        var (here, told) = (new Uri(options.PublicOrigin + context.Request.Path.ToUriComponent()), location.Trim().Replace('\\', '/'));
        if (!Uri.TryCreate(here, told, out var target) || (Scheme().IsMatch(told) && !WithHost().IsMatch(told)) || Credentials().IsMatch(told)) return false;
        return !IsSameHost(target, here) || IsOnRoute(context, PathString.FromUriComponent(target.AbsolutePath));
    }

    /// <summary>With either scheme: under HSTS the browser makes the one the other. A host means the same with the dot of the root.</summary>
    private static bool IsSameHost(Uri target, Uri here) =>
        target.IdnHost.TrimEnd('.').Equals(here.IdnHost.TrimEnd('.'), StringComparison.OrdinalIgnoreCase) && (target.Port == here.Port || (target.IsDefaultPort && here.IsDefaultPort));

    /// <summary>Whether the route that led here would take the path: by its whole pattern, parameters and constraints included.</summary>
    private bool IsOnRoute(HttpContext context, PathString path) =>
        !RefuseAmbiguousPath.IsAmbiguous(path.Value ?? "") && context.GetEndpoint() is { } route && paths.ParsePathByAddress(route, path) is not null;

    /// <summary>Lets the router's own parser judge a path by an endpoint that is at hand, without a name for it.</summary>
    internal sealed class EndpointAtHand : IEndpointAddressScheme<Endpoint>
    {
        public IEnumerable<Endpoint> FindEndpoints(Endpoint address) => [address];
    }

    [GeneratedRegex(@"^\s*([a-z][a-z0-9+.-]*:|[/\\]{2})", RegexOptions.IgnoreCase)]
    private static partial Regex Absolute();

    [GeneratedRegex(@"^[a-z][a-z0-9+.-]*:", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"^[a-z][a-z0-9+.-]*://[^/]", RegexOptions.IgnoreCase)]
    private static partial Regex WithHost();

    [GeneratedRegex(@"^([a-z][a-z0-9+.-]*:)?//[^/?#]*@", RegexOptions.IgnoreCase)]
    private static partial Regex Credentials();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A redirect of the API behind the route {Route} was dropped: it leads to this origin, outside of the route.")]
        public static partial void Dropped(ILogger logger, string route);
    }
}
