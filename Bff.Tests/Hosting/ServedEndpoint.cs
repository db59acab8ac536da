using Bff.Security;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Bff.Tests.Hosting;

/// <summary>An endpoint of the running application, so that a new one is attacked by itself.</summary>
/// <param name="Path">A path that leads there.</param>
/// <param name="Methods">What it answers to; no other method.</param>
/// <param name="DemandsHeader">Whether <c>X-CSRF</c> must be sent.</param>
internal sealed record ServedEndpoint(string Path, IReadOnlyList<string> Methods, bool DemandsHeader)
{
    public static IReadOnlyList<string> AllMethods { get; } =
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY", "PROPFIND", "FOO"];

    /// <summary>What is served on the operator's port alone.</summary>
    private static readonly string[] Management = ["/health", "/metrics", "/revocations"];

    public IEnumerable<string> WrongMethods => AllMethods.Except(Methods);

    /// <summary>On the public port: by path, with the methods of all endpoints there.</summary>
    public static List<ServedEndpoint> Of(BffSystem system)
    {
        var endpoints = system.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .GroupBy(endpoint => PathOf(endpoint.RoutePattern.RawText!))
            .Select(group => new ServedEndpoint(
                group.Key,
                [.. group.SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods).Distinct()],
                group.Any(endpoint => endpoint.Metadata.GetMetadata<CsrfHeaderRequired>() is not null)))
            .Where(endpoint => !Management.Any(path => endpoint.Path.StartsWith(path, StringComparison.Ordinal)))
            .ToList();
        // A loop over nothing proves nothing.
        Assert.Superset(new HashSet<string>(["/login", "/callback", "/me", "/refresh", "/logout", "/sessions", "/sessions/x",
            "/backchannel-logout", "/api/hello", "/swagger/index.html", "/openapi.yaml"]),
            endpoints.Select(endpoint => endpoint.Path.TrimEnd('/')).ToHashSet());
        return endpoints;
    }

    // Parameters of our own patterns: a constrained one says in its regex what it is.
    private static string PathOf(string pattern) => pattern switch
    {
        "/api/{**catch-all}" => "/api/hello",
        _ when pattern.TrimStart('/').StartsWith("swagger/{", StringComparison.Ordinal) => "/swagger/index.html",
        _ => "/" + System.Text.RegularExpressions.Regex.Replace(pattern.TrimStart('/'), @"\{[^}]*\}", "x"),
    };
}
