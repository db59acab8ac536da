using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace Bff.Operations.Doctor;

/// <summary>
/// Whether the way to Redis needs TLS, and has it. Sessions are encrypted; the password of Redis, and a key ring without a certificate,
/// are not.
/// </summary>
internal static class RedisTlsCheck
{
    private const string Check = "Redis TLS";

    public static async Task<Finding> RunAsync(ConfigurationOptions configuration)
    {
        if (configuration.Ssl) return Finding.Ok(Check, "It is on.");
        foreach (var endpoint in configuration.EndPoints)
        {
            if (!await IsPrivateAsync(endpoint))
            {
                return Finding.Warn(Check, $"It is off, and {EndPointCollection.ToString(endpoint)} is not in a private network.",
                    "Add ,ssl=true to Redis:Configuration, with the port that speaks TLS.");
            }
        }
        return Finding.Ok(Check, "It is off; Redis is on this machine or in a private network.");
    }

    private static async Task<bool> IsPrivateAsync(EndPoint endpoint)
    {
        try
        {
            return endpoint switch
            {
                IPEndPoint ip => IsPrivate(ip.Address),
                DnsEndPoint dns => Array.TrueForAll(await Dns.GetHostAddressesAsync(dns.Host), IsPrivate),
                _ => true, // A Unix socket.
            };
        }
        catch (SocketException)
        {
            // The name is not known; that Redis cannot be reached has a line of its own.
            return true;
        }
    }

    private static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal
            || address.GetAddressBytes() is [10, _, _, _] or [192, 168, _, _] or [172, >= 16 and < 32, _, _]
                or [100, >= 64 and < 128, _, _] or [169, 254, _, _];
    }
}
