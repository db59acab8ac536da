namespace Bff.Proxy;

/// <summary>Rules about the YARP configuration under <c>ReverseProxy</c> that YARP itself does not have.</summary>
internal static class ProxyRoutes
{
    public const string Section = "ReverseProxy";

    /// <summary>Every fault: a route outside <c>/api</c> would send the session's token to an unexpected place.</summary>
    public static IEnumerable<string> Faults(IConfigurationSection section)
    {
        var clusters = section.GetSection("Clusters").GetChildren().ToDictionary(cluster => cluster.Key, StringComparer.OrdinalIgnoreCase);
        foreach (var route in section.GetSection("Routes").GetChildren())
        {
            var path = route["Match:Path"];
            if (path is null || !(path.Equals("/api", StringComparison.OrdinalIgnoreCase)
                || path.StartsWith("/api/", StringComparison.OrdinalIgnoreCase)))
                yield return $"{route.Path}:Match:Path is '{path}', which is not under /api. Write for example /api/{{**catch-all}}.";
            if (route["ClusterId"] is not { } cluster || !clusters.ContainsKey(cluster))
                yield return $"{route.Path}:ClusterId is '{route["ClusterId"]}', which is none of ReverseProxy:Clusters. Add the "
                    + $"cluster, or name one that exists.";
        }
        foreach (var destination in clusters.Values.SelectMany(cluster => cluster.GetSection("Destinations").GetChildren()))
        {
            if (!Uri.TryCreate(destination["Address"], UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                yield return $"{destination.Path}:Address is '{destination["Address"]}', which is not an absolute http or https URL.";
        }
    }
}
