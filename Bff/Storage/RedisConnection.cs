using Bff.Settings;
using StackExchange.Redis;

namespace Bff.Storage;

/// <summary>The one connection to Redis. It opens in the background, so that the process starts and recovers without Redis.</summary>
internal static class RedisConnection
{
    /// <summary>No single command waits longer: two in a row still leave a 503 within the five seconds promised.</summary>
    private const int CommandTimeoutMilliseconds = 2000;

    /// <summary>
    /// For every read. A replica may be behind, or empty. While the master is away the library would read from it, find no session, and
    /// the user would be signed out.
    /// </summary>
    public const CommandFlags FromPrimary = CommandFlags.DemandMaster;

    /// <summary>Begins to connect, while the rest of the program is set up. The first use waits for it.</summary>
    /// <param name="database">For what is set up before the service provider exists.</param>
    public static IServiceCollection AddRedis(
        this IServiceCollection services, RedisOptions options, Secrets secrets, out Func<IDatabase> database)
    {
        var configuration = Parse(options);
        // The library takes user and password from here for each connection that it opens.
        configuration.BeforeSocketConnect = (_, _, _) => UseLatest(configuration, secrets);
        var connecting = Task.Run(() => ConnectionMultiplexer.ConnectAsync(configuration));
        database = () => connecting.GetAwaiter().GetResult().GetDatabase();
        services.AddSingleton<RedisFaults>();
        services.AddSingleton<RedisKeys>();
        services.AddSingleton<IConnectionMultiplexer>(provider =>
        {
            var (connection, faults) = (connecting.GetAwaiter().GetResult(), provider.GetRequiredService<RedisFaults>());
            // Every error reply: the exception of a transaction does not name the cause, and not every caller has a log line.
            connection.ErrorMessage += (_, reply) => faults.ReportReply(reply.Message);
            return connection;
        });
        services.AddSingleton(provider => provider.GetRequiredService<IConnectionMultiplexer>().GetDatabase());
        services.AddSingleton<RedisCommands>();
        services.AddHostedService<RedisWatch>();
        return services;
    }

    /// <summary>Whether the exception means that Redis did not do what it was asked: unreachable, slow, read-only, full.</summary>
    public static bool IsFault(Exception exception) =>
        exception is RedisException or RedisTimeoutException or RedisCommandException or StoreUnavailableException;

    /// <summary>
    /// Why a new connection cannot be opened; null when it can. When the library opens one again, it does not say that Redis refuses the
    /// password.
    /// </summary>
    public static async Task<string?> FaultOfNewAsync(RedisOptions options, Secrets secrets)
    {
        var configuration = Parse(options);
        configuration.AbortOnConnectFail = true;
        UseLatest(configuration, secrets);
        try
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(configuration);
            return null;
        }
        catch (Exception exception) when (IsFault(exception))
        {
            return RedisFaults.Cause(exception);
        }
    }

    private static void UseLatest(ConfigurationOptions configuration, Secrets secrets)
    {
        var latest = ConfigurationOptions.Parse(secrets.RedisConfiguration);
        (configuration.User, configuration.Password) = (latest.User, latest.Password);
    }

    public static ConfigurationOptions Parse(RedisOptions options)
    {
        var configuration = ConfigurationOptions.Parse(options.Configuration);
        configuration.AbortOnConnectFail = false;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        // No request waits for a connection, so an operator may allow more time for it.
        if (!options.Configuration.Contains("connectTimeout=", StringComparison.OrdinalIgnoreCase))
            configuration.ConnectTimeout = CommandTimeoutMilliseconds;
        configuration.SyncTimeout = Math.Min(configuration.SyncTimeout, CommandTimeoutMilliseconds);
        configuration.AsyncTimeout = Math.Min(configuration.AsyncTimeout, CommandTimeoutMilliseconds);
        // Time-outs are noticed by the heartbeat: at the usual one per second a command would wait for up to a second longer.
        configuration.HeartbeatInterval = TimeSpan.FromMilliseconds(250);
        // The start waits for so many attempts and no longer; what follows goes on in the background.
        configuration.ConnectRetry = 1;
        configuration.ReconnectRetryPolicy = new LinearRetry(500);
        // A key and a channel of the library's own. Outside of our prefix an ACL user has no rights; and without any channel the
        // connection for messages would be opened by the first subscription, which would fail for want of it.
        configuration.TieBreaker = "";
        configuration.ConfigurationChannel = options.KeyPrefix + "topology";
        configuration.ClientName ??= "bff";
        return configuration;
    }
}
