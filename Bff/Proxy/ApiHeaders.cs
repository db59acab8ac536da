using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Transforms;

namespace Bff.Proxy;

/// <summary>What the API says to browsers, caches and proxies about the BFF's origin is not its business: the BFF says that itself, or nobody.</summary>
internal sealed partial class ApiHeaders(ApiRedirects redirects)
{
    public void Trim(ResponseTransformContext transform)
    {
        var (context, answer) = (transform.HttpContext, transform.ProxyResponse);
        // It would make our own answer malformed. The proxy turns the exception into a 502.
        if (answer is { StatusCode: < HttpStatusCode.OK and not HttpStatusCode.SwitchingProtocols }) throw new HttpRequestException("The API answered with a status that is no final one.");
        if (answer is { StatusCode: HttpStatusCode.NoContent or HttpStatusCode.ResetContent })
        {
            // A length that nothing follows would be a failure of ours (RFC 9110 sections 15.3.5 and 15.3.6).
            context.Response.ContentLength = null;
            transform.SuppressResponseBody = true;
        }
        // Free text that no client reads, written by whoever answers.
        if (context.Features.Get<IHttpResponseFeature>() is { } feature) feature.ReasonPhrase = null;
        Trim(context.Response.Headers, [.. answer?.Headers.Connection.AsEnumerable() ?? []]);
        if (answer?.RequestMessage is { } asked) redirects.Trim(context, asked);
    }

    public static void Trim(ResponseTrailersTransformContext transform)
    {
        if (transform.HttpContext.Features.Get<IHttpResponseTrailersFeature>() is { Trailers: var trailers }) Trim(trailers, []);
    }

    internal static bool IsWithheld(string name) => Withheld().IsMatch(name);

    private static void Trim(IHeaderDictionary headers, string[] nominated)
    {
        foreach (var name in headers.Keys.Where(IsWithheld).Concat(nominated.Where(name => !Framing().IsMatch(name))).ToArray()) headers.Remove(name);
    }

    [GeneratedRegex("^(content-.*|transfer-encoding|connection|upgrade|sec-websocket-.*|close|keep-alive)$", RegexOptions.IgnoreCase)]
    private static partial Regex Framing();

    [GeneratedRegex("^(" +
        // To the browser: credentials, rights, and what it keeps of this origin.
        "set-cookie2?|www-authenticate|authentication-info|proxy-.*|access-control-.*|timing-allow-origin|strict-transport-security|public-key-pins.*|expect-ct|clear-site-data|refresh" +
        "|content-security-policy.*|permissions-policy.*|feature-policy|(require-)?document-policy|integrity-policy.*|cross-origin-.*|origin-agent-cluster|referrer-policy|x-(frame|content-type)-options|x-xss-protection|x-permitted-cross-domain-policies" +
        "|alt-svc|alt-used|nel|report-to|reporting-endpoints|(x-)?sourcemap|service-worker-.*|speculation-rules|no-vary-search|use-as-dictionary|accept-ch|critical-ch|set-login|sec(ure)?-session-.*|attribution-reporting-.*|activate-storage-access|observe-browsing-topics|supports-loading-mode" +
        // To caches on the way, where it would outrank the no-store of every answer (RFC 9213), and to the servers there.
        "|.+-cache-control|surrogate-.*|edge-control|cache-tag|expires|pragma|age|x-accel-.*|x-sendfile.*|x-lighttpd-.*|x-reproxy-.*" +
        // About itself.
        "|server|x-powered-.*|x-aspnet.*|x-generator|x-runtime|via|x-served-by|x-backend.*|x-upstream.*|x-envoy-.*|x-forwarded.*" +
        ")$", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Withheld();
}
