using Bff.Proxy;
using Bff.Settings;
using Yarp.ReverseProxy.Configuration;

namespace Bff.Operations.Doctor;

/// <summary>What is examined: the settings as far as they can be read, and every fault for which the server would not start.</summary>
internal sealed record Installation(BffSettings Settings, IReadOnlyList<ClusterConfig> Apis, IReadOnlyList<string> Faults)
{
    /// <summary>Whether none of these settings has a fault.</summary>
    /// <param name="keys">Each as <c>Section:Key</c>.</param>
    public bool AreUsable(params string[] keys) =>
        !Faults.Any(fault => Array.Exists(keys, key => fault.StartsWith(key, StringComparison.Ordinal)));

    public static async Task<Installation> ReadAsync(string[] arguments)
    {
        var builder = Program.CreateBuilder(arguments);
        var settings = BffSettings.Read(builder.Configuration, out var faults);
        var (apis, proxyFaults) = await ReadProxyAsync(builder.Configuration.GetSection(ProxyRoutes.Section));
        return new Installation(settings, apis, [.. faults, .. proxyFaults, .. PortFaults(builder, settings.Bff)]);
    }

    private static IReadOnlyList<string> PortFaults(WebApplicationBuilder builder, BffOptions options)
    {
        try
        {
            builder.UseManagementPort(options);
            return [];
        }
        catch (SettingsException exception)
        {
            return exception.Faults;
        }
    }

    private static async Task<(IReadOnlyList<ClusterConfig> Apis, IReadOnlyList<string> Faults)> ReadProxyAsync(
        IConfigurationSection section)
    {
        var collection = new ServiceCollection().AddLogging();
        collection.AddReverseProxy().LoadFromConfig(section);
        await using var services = collection.BuildServiceProvider();
        try
        {
            var proxy = services.GetRequiredService<IProxyConfigProvider>().GetConfig();
            var validator = services.GetRequiredService<IConfigValidator>();
            var faults = new List<Exception>();
            foreach (var route in proxy.Routes) faults.AddRange(await validator.ValidateRouteAsync(route));
            foreach (var cluster in proxy.Clusters) faults.AddRange(await validator.ValidateClusterAsync(cluster));
            return (proxy.Clusters, [.. faults.Select(Describe)]);
        }
        // YARP's reader throws what the parsers of its values throw.
        catch (Exception exception)
        {
            return ([], [Describe(exception)]);
        }
    }

    private static string Describe(Exception fault) => $"{ProxyRoutes.Section}: {fault.Message}";
}
