using StackExchange.Redis;

namespace Bff.Configuration;

/// <summary>The one connection to Redis. It opens in the background, so that the process starts and recovers without Redis.</summary>
internal static class RedisConnection
{
    /// <summary>No single command waits longer: two in a row still leave a 503 within the five seconds promised.</summary>
    private const int CommandTimeoutMilliseconds = 2000;

    public static IServiceCollection AddRedis(this IServiceCollection services, RedisOptions options)
    {
        services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(Parse(options)));
        services.AddSingleton(provider => provider.GetRequiredService<IConnectionMultiplexer>().GetDatabase());
        return services;
    }

    /// <summary>Whether the exception means that Redis did not do what it was asked: unreachable, slow, read-only, full.</summary>
    public static bool IsFault(Exception exception) => exception is RedisException or RedisTimeoutException or RedisCommandException or StoreUnavailableException;

    private static ConfigurationOptions Parse(RedisOptions options)
    {
        var configuration = ConfigurationOptions.Parse(options.Configuration);
        configuration.AbortOnConnectFail = false;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ConnectTimeout = Math.Min(configuration.ConnectTimeout, CommandTimeoutMilliseconds);
        configuration.SyncTimeout = Math.Min(configuration.SyncTimeout, CommandTimeoutMilliseconds);
        configuration.AsyncTimeout = Math.Min(configuration.AsyncTimeout, CommandTimeoutMilliseconds);
        configuration.ReconnectRetryPolicy = new LinearRetry(500);
        configuration.ClientName ??= "bff";
        return configuration;
    }
}
