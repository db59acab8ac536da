using Yarp.ReverseProxy.Configuration;

namespace Bff.Benchmarks.Servers;

/// <summary>YARP alone, with no session and no token.</summary>
internal static class BareYarpServer
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.AddReverseProxy().LoadFromMemory([Route()], [Cluster(builder.Configuration)]);
        var app = builder.Build();
        app.MapReverseProxy();
        return app;
    }

    public static RouteConfig Route() =>
        new() { RouteId = "api", ClusterId = "api", Match = new RouteMatch { Path = "/api/{**catch-all}" } };

    public static ClusterConfig Cluster(IConfiguration configuration) => new()
    {
        ClusterId = "api",
        Destinations = new Dictionary<string, DestinationConfig> { ["local"] = new() { Address = configuration["api"]! } },
    };
}
