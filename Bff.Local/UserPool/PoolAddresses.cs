using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bff.Local.UserPool;

/// <summary>
/// The two origins and the ports behind them. Which origin was asked is decided by the port the
/// request came in on, never by a header the client wrote.
/// </summary>
internal sealed class PoolAddresses(UserPoolOptions options)
{
    private int domainPort = options.DomainPort ?? options.DomainUrl.Port;
    private int issuerPort = options.IssuerPort ?? options.IssuerUrl.Port;

    public Uri Domain { get; private set; } = options.DomainUrl;

    public Uri Issuer { get; private set; } = options.IssuerUrl;

    /// <summary>The issuer byte for byte as tokens and discovery name it: without a trailing slash.</summary>
    public string IssuerName => Issuer.AbsoluteUri.TrimEnd('/');

    /// <summary>The path of the issuer, <c>""</c> when it has none.</summary>
    public string IssuerPath { get; } = options.IssuerUrl.AbsolutePath.TrimEnd('/');

    public bool SecureCookies => Domain.Scheme == Uri.UriSchemeHttps;

    public string OnDomain(string path) => Domain.AbsoluteUri.TrimEnd('/') + path;

    public string OnBackchannel(string path) => (options.BackchannelUrl ?? Domain).AbsoluteUri.TrimEnd('/') + path;

    public bool IsDomain(HttpContext context) => context.Connection.LocalPort == domainPort;

    public bool IsIssuer(HttpContext context) => context.Connection.LocalPort == issuerPort;

    /// <summary>The path as <see cref="PoolPaths"/> names it.</summary>
    public string EndpointOf(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        return IsIssuer(context) && path.StartsWith(IssuerPath + "/", StringComparison.Ordinal) ? path[IssuerPath.Length..] : path;
    }

    public void Listen(KestrelServerOptions kestrel)
    {
        Listen(kestrel, domainPort);
        Listen(kestrel, issuerPort);
    }

    /// <summary>Replaces port 0 by the ports that were taken.</summary>
    public void Resolve(IServerAddressesFeature server)
    {
        var ports = server.Addresses.Select(address => BindingAddress.Parse(address).Port).ToArray();
        (Domain, domainPort) = Resolve(Domain, domainPort, ports[0]);
        (Issuer, issuerPort) = Resolve(Issuer, issuerPort, ports[1]);
    }

    private static (Uri Url, int Port) Resolve(Uri url, int wanted, int taken) =>
        url.Port == 0 ? (new UriBuilder(url) { Port = taken }.Uri, taken) : (url, wanted == 0 ? taken : wanted);

    private void Listen(KestrelServerOptions kestrel, int port)
    {
        switch (options.BindAddress)
        {
            case "*": kestrel.ListenAnyIP(port); break;
            // Kestrel cannot take one free port on both loopback addresses.
            case "loopback" when port == 0: kestrel.Listen(IPAddress.Loopback, 0); break;
            case "loopback": kestrel.ListenLocalhost(port); break;
            default: kestrel.Listen(IPAddress.Parse(options.BindAddress), port); break;
        }
    }
}
