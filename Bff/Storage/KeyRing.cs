using Microsoft.AspNetCore.DataProtection;
using StackExchange.Redis;

namespace Bff.Storage;

/// <summary>The Data Protection key ring that all instances share through Redis: a list without a TTL.</summary>
internal static class KeyRing
{
    public static IServiceCollection AddKeyRing(
        this IServiceCollection services, KeyRingOptions options, RedisOptions redis, Func<IDatabase> database)
    {
        var protection = services.AddDataProtection().SetApplicationName("bff").PersistKeysToStackExchangeRedis(database, Key(redis));
        if (options.LoadCertificate() is { } certificate) protection.ProtectKeysWithCertificate(certificate);
        if (options.LoadPreviousCertificate() is { } previous) protection.UnprotectKeysWithAnyCertificate(previous);
        return services.AddHostedService<KeyRingBackup>();
    }

    public static RedisKey Key(RedisOptions redis) => redis.KeyPrefix + "keys";
}
