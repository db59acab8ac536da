using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using StackExchange.Redis;

namespace Bff.Storage;

/// <summary>The Data Protection key ring that all instances share through Redis.</summary>
internal static class KeyRing
{
    public static IServiceCollection AddKeyRing(this IServiceCollection services, KeyRingOptions options, RedisOptions redis)
    {
        var protection = services.AddDataProtection().SetApplicationName("bff");
        // The store is asked for the database on first use only.
        services.AddSingleton(provider => new KeyRingStore(provider.GetRequiredService<IDatabase>, redis.KeyPrefix + "keys"));
        services.AddOptions<KeyManagementOptions>().Configure<KeyRingStore>((management, store) => management.XmlRepository = store);
        services.AddSingleton(provider => new KeyRingCache(ActivatorUtilities.CreateInstance<XmlKeyManager>(provider)));
        services.AddSingleton<IKeyManager>(provider => provider.GetRequiredService<KeyRingCache>());
        services.AddHostedService<KeyRingWatch>();

        if (options.LoadCertificate() is { } certificate) protection.ProtectKeysWithCertificate(certificate);
        return services;
    }
}
