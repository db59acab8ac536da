using System.Collections.Frozen;
using System.Net;
using Bff.Settings;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Transforms;

namespace Bff.Proxy;

/// <summary>
/// Removes the headers that must not pass: from the request what the API could trust although the client wrote it, from the response what
/// would act on the origin of the BFF. All other headers pass; operators remove more of them with YARP transforms.
/// </summary>
internal sealed class ProxyHeaders(RequestDelegate next, BffOptions options)
{
    private static readonly FrozenSet<string> NotToApi = Set(
        // Credentials, and what is for the BFF itself.
        "Authorization", "Cookie", "Cookie2", "Origin", "Referer", "X-CSRF", "Sec-Purpose",
        // The client's address, the proxies on the way, and the original request: the BFF sends them in X-Forwarded-*.
        "Forwarded", "Via", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-Originating-IP", "True-Client-IP", "CF-Connecting-IP",
        "Fastly-Client-IP", "X-Host", "X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override", "X-Script-Name",
        // The user's identity, under the names that gateways use.
        "X-User", "X-Userinfo", "X-Username", "X-Email", "X-Groups", "X-Roles", "X-Principal", "X-Subject", "X-Identity", "X-JWT",
        "X-ID-Token", "X-Access-Token",
        // Hop by hop (RFC 9110 section 7.6.1). The rest of them YARP removes.
        "Trailer", "Proxy", "HTTP2-Settings", "Max-Forwards");

    private static readonly string[] NotToApiPrefixes =
    [
        "X-Forwarded", "X-Original", "X-Rewrite", "X-User-", "X-Remote-", "Remote-", "X-Auth", "X-Amzn-Oidc-", "X-MS-Client-",
        "X-MS-Token-", "X-Goog-Authenticated-", "X-Goog-IAP-", "CF-Access-", "X-Envoy-", "X-Consumer-", "X-WebAuth-", "X-Pomerium-",
        "Impersonate-", "Client-Cert", "X-Client-Cert", "Proxy-", "Sec-Fetch-", "SSL-", "X-SSL-",
    ];

    private static readonly FrozenSet<string> NotToBrowser = Set(
        // Credentials, and what browsers keep for the origin.
        "Set-Cookie", "Set-Cookie2", "WWW-Authenticate", "Authentication-Info", "Strict-Transport-Security", "Public-Key-Pins", "Expect-CT",
        "Clear-Site-Data", "Refresh", "Alt-Svc", "NEL", "Report-To", "Reporting-Endpoints", "Service-Worker-Allowed", "SourceMap",
        "X-SourceMap", "Speculation-Rules", "Accept-CH", "Critical-CH", "Timing-Allow-Origin", "Origin-Agent-Cluster",
        // The BFF's own security headers.
        "Permissions-Policy", "Feature-Policy", "Document-Policy", "Referrer-Policy", "X-Frame-Options", "X-Content-Type-Options",
        "X-XSS-Protection", "X-Permitted-Cross-Domain-Policies",
        // For caches and servers in between: they would outrank the BFF's no-store (RFC 9213).
        "Expires", "Pragma", "Age", "CDN-Cache-Control", "Cloudflare-CDN-Cache-Control", "Edge-Control", "X-Sendfile", "X-Reproxy-URL",
        // The API's software.
        "Server", "Via", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version", "X-Generator", "X-Runtime", "X-Served-By");

    private static readonly string[] NotToBrowserPrefixes =
        ["Access-Control-", "Content-Security-Policy", "Cross-Origin-", "Proxy-", "Surrogate-", "X-Accel-", "X-Forwarded", "X-Envoy-"];

    private readonly Uri publicUrl = new(options.PublicOrigin);

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        Remove(headers, headers.GetCommaSeparatedValues("Connection"), NotToApi, NotToApiPrefixes);
        // The transforms take Host, X-Forwarded-Host and X-Forwarded-Proto from here: from the settings, not from what the client sent.
        context.Request.Host = HostString.FromUriComponent(publicUrl);
        context.Request.Scheme = publicUrl.Scheme;
        return next(context);
    }

    public static void FilterResponse(ResponseTransformContext transform)
    {
        var (context, response) = (transform.HttpContext, transform.ProxyResponse);
        // The BFF would send a malformed response. The proxy answers an exception with 502.
        if (response is { StatusCode: < HttpStatusCode.OK and not HttpStatusCode.SwitchingProtocols })
            throw new HttpRequestException("The API answered with a status that is not final.");
        if (response is { StatusCode: HttpStatusCode.NoContent or HttpStatusCode.ResetContent })
        {
            // Some APIs send a length with a status that has no content (RFC 9110 sections 15.3.5 and 15.3.6).
            context.Response.ContentLength = null;
            transform.SuppressResponseBody = true;
        }
        // Free text of the API that no client reads; it may contain control characters.
        if (context.Features.Get<IHttpResponseFeature>() is { } feature) feature.ReasonPhrase = null;
        Remove(context.Response.Headers, response?.Headers.NonValidated.Contains("Connection") == true ? response.Headers.Connection : [],
            NotToBrowser, NotToBrowserPrefixes);
    }

    public static void FilterTrailers(ResponseTrailersTransformContext transform)
    {
        if (transform.HttpContext.Features.Get<IHttpResponseTrailersFeature>() is { Trailers: var trailers })
            Remove(trailers, [], NotToBrowser, NotToBrowserPrefixes);
    }

    /// <param name="hopByHop">The names that Connection lists (RFC 9110 section 7.6.1).</param>
    private static void Remove(IHeaderDictionary headers, IEnumerable<string> hopByHop, FrozenSet<string> names, string[] prefixes)
    {
        List<string> withheld = [];
        foreach (var (name, _) in headers)
        {
            if (IsWithheld(name, names, prefixes)) withheld.Add(name);
        }
        foreach (var name in hopByHop)
        {
            if (!IsFraming(name)) withheld.Add(name);
        }
        foreach (var name in withheld) headers.Remove(name);
    }

    private static bool IsWithheld(string name, FrozenSet<string> names, string[] prefixes)
    {
        // Many servers read X_User as X-User.
        var plain = name.Replace('_', '-').Replace('.', '-');
        if (names.Contains(plain)) return true;
        foreach (var prefix in prefixes)
        {
            if (plain.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    /// <summary>What the server, the client and YARP need to send the message at all.</summary>
    private static bool IsFraming(string name) =>
        name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("Sec-WebSocket-", StringComparison.OrdinalIgnoreCase)
        || name.ToUpperInvariant() is "HOST" or "TRANSFER-ENCODING" or "CONNECTION" or "UPGRADE" or "KEEP-ALIVE" or "CLOSE";

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
