using System.Net;
using Bff.Settings;
using Microsoft.AspNetCore.HttpOverrides;

namespace Bff.Security;

/// <summary>
/// Which client address is believed when proxies stand in front: theirs only, and only for the limits and for X-Forwarded-For.
/// </summary>
internal static class ClientAddress
{
    public static void UseClientAddress(this WebApplication app)
    {
        var proxies = app.Services.GetRequiredService<BffOptions>().KnownProxies;
        if (proxies.Length == 0) return;

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // Every known proxy in the chain is passed over; the first unknown address is the client.
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IPAddress.TryParse(proxy, out var address)) options.KnownProxies.Add(address);
            else options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
        }
        app.UseForwardedHeaders(options);
    }
}
