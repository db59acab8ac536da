using Bff.Errors;
using Bff.Settings;

namespace Bff.Operations;

/// <summary>
/// The second port, for operators. What it serves is decided by the local port of the connection, which no client can
/// forge, and never by the Host header.
/// </summary>
internal static class ManagementPort
{
    /// <summary>Makes Kestrel listen on the management port too, on the same hosts as the public URLs.</summary>
    /// <exception cref="SettingsException">A URL cannot be read, or the port is a public one.</exception>
    public static void UseManagementPort(this WebApplicationBuilder builder, BffOptions options)
    {
        var endpoints = builder.Configuration.GetSection("Kestrel:Endpoints");
        var urls = endpoints.Exists() ? [.. endpoints.GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>()]
            : PublicUrls(builder.Configuration);
        var addresses = urls.Select(Parse).ToList();
        if (addresses.Exists(address => address.Port == options.ManagementPort))
            throw new SettingsException([$"Bff:ManagementPort {options.ManagementPort} is also a public port "
                + $"({string.Join(' ', urls)}). Choose another one: what it serves is for operators only."]);

        string[] own = [.. addresses.Select(address => address.Host).Distinct().Select(host => $"http://{host}:{options.ManagementPort}")];
        builder.WebHost.UseUrls([.. urls, .. own]);
        // They are among the URLs. Otherwise the framework warns at each start that it does not use them.
        builder.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, "").UseSetting(WebHostDefaults.HttpsPortsKey, "");
        // Endpoints in Kestrel's own configuration section override all URLs, so the port has to be added there too.
        for (var i = 0; endpoints.Exists() && i < own.Length; i++) endpoints[$"Management{i}:Url"] = own[i];
    }

    /// <summary>Everything on the management port, and nothing of it on the public one.</summary>
    /// <param name="map">Maps the endpoints of other folders.</param>
    public static void UseManagement(this WebApplication app, Action<IEndpointRouteBuilder> map)
    {
        var port = app.Services.GetRequiredService<BffOptions>().ManagementPort;
        app.MapWhen(context => context.Connection.LocalPort == port, management =>
        {
            // Probes come every few seconds: no request log here.
            management.UseProblems();
            management.UseRouting();
            management.UseEndpoints(endpoints =>
            {
                endpoints.MapHealth();
                endpoints.MapMetrics();
                map(endpoints);
            });
        });
    }

    private static BindingAddress Parse(string url)
    {
        try
        {
            return BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            throw new SettingsException([$"urls: '{url}' is no address to listen on. Write for example http://*:5000."]);
        }
    }

    internal static string[] PublicUrls(IConfiguration configuration)
    {
        if (configuration["urls"] is { Length: > 0 } urls)
            return urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] all = [.. Ports(configuration, "http"), .. Ports(configuration, "https")];
        return all is [] ? ["http://localhost:5000"] : all;
    }

    // ASPNETCORE_HTTP_PORTS and ASPNETCORE_HTTPS_PORTS.
    private static IEnumerable<string> Ports(IConfiguration configuration, string scheme) =>
        (configuration[scheme + "_ports"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(port => $"{scheme}://*:{port}");
}
