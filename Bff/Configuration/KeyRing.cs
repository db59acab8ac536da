using Microsoft.AspNetCore.DataProtection;
using StackExchange.Redis;

namespace Bff.Configuration;

/// <summary>The Data Protection key ring that all instances share through Redis.</summary>
internal static class KeyRing
{
    public static IServiceCollection AddKeyRing(this IServiceCollection services, KeyRingOptions options, RedisOptions redis)
    {
        var protection = services.AddDataProtection().SetApplicationName("bff");
        // The repository is asked for the database on first use only; the key has no TTL, it must outlive every session.
        services.AddOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>()
            .Configure<IServiceProvider>((management, provider) => management.XmlRepository =
                new Microsoft.AspNetCore.DataProtection.StackExchangeRedis.RedisXmlRepository(
                    () => provider.GetRequiredService<IDatabase>(), redis.KeyPrefix + "keys"));

        if (options.LoadCertificate() is { } certificate) protection.ProtectKeysWithCertificate(certificate);
        return services;
    }
}
