using System.Diagnostics;
using Bff.Storage;
using StackExchange.Redis;

namespace Bff.Operations.Doctor;

/// <summary>Redis, with the connection settings of the server.</summary>
internal static class RedisChecks
{
    private const string Check = "Redis";

    /// <summary>A request waits for Redis once or twice.</summary>
    private static readonly TimeSpan SlowRoundTrip = TimeSpan.FromMilliseconds(20);

    /// <summary>Longer than the time after which the library connects again.</summary>
    private static readonly TimeSpan Reconnect = TimeSpan.FromSeconds(1);

    public static async Task<IReadOnlyList<Finding>> RunAsync(Installation installation)
    {
        if (!installation.AreUsable("Redis:")) return [Finding.NotChecked(Check, "Section Redis has a fault.")];

        var options = installation.Settings.Redis;
        var configuration = RedisConnection.Parse(options);
        // The library sends INFO and CONFIG GET only then.
        configuration.AllowAdmin = true;
        var tls = RedisTlsCheck.RunAsync(configuration);
        try
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(configuration);
            var reached = await ReachAsync(redis.GetDatabase());
            var findings = await Task.WhenAll(
                RedisServerCheck.RunAsync(redis), RedisRightsCheck.RunAsync(redis, options), KeyRingCheck.RunAsync(redis, installation));
            return [reached, await tls, .. findings.SelectMany(found => found)];
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            return [Finding.Fail(Check, "It cannot be used.", RedisFaults.Cause(exception)), await tls];
        }
    }

    private static async Task<Finding> ReachAsync(IDatabase database)
    {
        try
        {
            return await MeasureAsync(database);
        }
        // The first fault may only say that there is no connection. After the next attempt to connect it names the cause.
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            await Task.Delay(Reconnect);
            return await MeasureAsync(database);
        }
    }

    private static async Task<Finding> MeasureAsync(IDatabase database)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < 5; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await database.PingAsync(RedisConnection.FromPrimary);
            times.Add(Stopwatch.GetElapsedTime(started));
        }
        // The first one may have waited for the connection.
        var median = times.Order().ElementAt(times.Count / 2);
        var found = $"It answers in {median.TotalMilliseconds:0.0} ms.";
        return median <= SlowRoundTrip ? Finding.Ok(Check, found)
            : Finding.Warn(Check, found, "Each request waits for it once or twice: run the BFF and Redis in the same network.");
    }
}
