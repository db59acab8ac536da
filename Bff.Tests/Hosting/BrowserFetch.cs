using System.Net.Http.Headers;

namespace Bff.Tests.Hosting;

/// <summary>A page's <c>fetch(url, { credentials: "include", redirect: "manual" })</c>, CORS included.</summary>
internal static class BrowserFetch
{
    private static readonly string[] SimpleTypes = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];
    private static readonly string[] SimpleHeaders = ["Accept", "Accept-Language", "Content-Language"];

    /// <summary>Sends the request of a script of <paramref name="from"/>, after its preflight when it needs one.</summary>
    /// <exception cref="FetchBlockedException">CORS forbids the request, or the script may not read the answer.</exception>
    public static async Task<HttpResponseMessage> FetchAsync(
        this Browser browser, Uri from, HttpMethod method, Uri url, IEnumerable<(string Name, string Value)>? headers = null,
        HttpContent? body = null)
    {
        var named = headers?.ToArray() ?? [];
        var crossOrigin = Site.Origin(from) != Site.Origin(url);
        if (crossOrigin && NeedsPreflight(method, named, body))
        {
            await PreflightAsync(browser, from, method, url, named, body);
        }

        using var request = Request(from, method, url);
        request.Content = body;
        foreach (var (name, value) in named)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (crossOrigin || (method != HttpMethod.Get && method != HttpMethod.Head))
        {
            request.Headers.TryAddWithoutValidation("Origin", Site.Origin(from));
        }

        var response = await browser.SendAsync(request, Site.Same(from, url) ? CookieContext.SameSite : CookieContext.CrossSite);
        if (crossOrigin && !Allows(response, from))
        {
            throw new FetchBlockedException($"{method} {url} answered {(int)response.StatusCode}, which a script of "
                + $"{Site.Origin(from)} may not read.", response);
        }

        return response;
    }

    private static bool NeedsPreflight(HttpMethod method, (string Name, string Value)[] headers, HttpContent? body) =>
        (method != HttpMethod.Get && method != HttpMethod.Head && method != HttpMethod.Post)
        || headers.Any(header => !SimpleHeaders.Contains(header.Name, StringComparer.OrdinalIgnoreCase))
        || (body?.Headers.ContentType is { } type && !SimpleTypes.Contains(type.MediaType));

    private static async Task PreflightAsync(Browser browser, Uri from, HttpMethod method, Uri url,
        (string Name, string Value)[] headers, HttpContent? body)
    {
        var names = headers.Select(header => header.Name.ToLowerInvariant()).Except(SimpleHeaders, StringComparer.OrdinalIgnoreCase)
            .ToList();
        if (body?.Headers.ContentType is { } type && !SimpleTypes.Contains(type.MediaType))
        {
            names.Add("content-type");
        }

        using var request = Request(from, HttpMethod.Options, url);
        request.Headers.TryAddWithoutValidation("Origin", Site.Origin(from));
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", method.Method);
        if (names.Count > 0)
        {
            request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers",
                string.Join(',', names.Distinct().Order(StringComparer.Ordinal)));
        }

        var response = await browser.SendBareAsync(request);
        var allowedMethods = List(response.Headers, "Access-Control-Allow-Methods");
        var allowedHeaders = List(response.Headers, "Access-Control-Allow-Headers");
        var simple = method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Post;
        if ((int)response.StatusCode is < 200 or > 299 || !Allows(response, from)
            || !(simple || allowedMethods.Contains(method.Method))
            || names.Exists(name => !allowedHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            throw new FetchBlockedException($"The preflight of {method} {url} from {Site.Origin(from)} was refused.", response);
        }
    }

    // With credentials, * allows no origin.
    private static bool Allows(HttpResponseMessage response, Uri from) =>
        List(response.Headers, "Access-Control-Allow-Origin") is [var origin] && origin == Site.Origin(from)
        && List(response.Headers, "Access-Control-Allow-Credentials") is ["true"];

    private static List<string> List(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? [.. values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries))] : [];

    private static HttpRequestMessage Request(Uri from, HttpMethod method, Uri url)
    {
        var request = new HttpRequestMessage(method, url);
        request.Headers.TryAddWithoutValidation("Accept", "*/*");
        if (Site.IsTrustworthy(url))
        {
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", Site.Relation(from, url));
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Mode", "cors");
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Dest", "empty");
        }

        return request;
    }
}

/// <summary>The script's <c>TypeError: Failed to fetch</c>; the server's answer is kept for the test alone.</summary>
internal sealed class FetchBlockedException(string message, HttpResponseMessage response) : Exception(message)
{
    public HttpResponseMessage Response => response;
}
