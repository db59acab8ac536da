using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Bff.Errors;

namespace Bff.Security;

/// <summary>How many logins one client address may begin, on this instance.</summary>
internal static class LoginRateLimit
{
    public const string Policy = "logins";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static IServiceCollection AddLoginRateLimit(this IServiceCollection services, RateLimitOptions options) =>
        services.AddRateLimiter(limiter =>
    {
        limiter.AddPolicy(Policy, context =>
            RateLimitPartition.GetFixedWindowLimiter(Client(context.Connection.RemoteIpAddress), _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = options.LoginsPerMinute,
                Window = Window,
                QueueLimit = 0,
            }));
        limiter.OnRejected = async (context, _) =>
        {
            var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var left) ? left : Window;
            await new Problem(ProblemCode.RateLimited with { Title = "Too many sign-ins from this address" }, retryAfter: wait)
                .ExecuteAsync(context.HttpContext);
        };
    });

    /// <summary>An IPv6 client usually has a whole /64, so all of it counts as one address.</summary>
    internal static string Client(IPAddress? address)
    {
        if (address is null) return "unknown";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes).ToString();
    }
}
