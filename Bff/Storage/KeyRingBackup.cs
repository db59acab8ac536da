using StackExchange.Redis;

namespace Bff.Storage;

/// <summary>
/// Writes the key ring back when Redis has lost it. Otherwise instances that run would use their keys for a day, instances that start would
/// create others, and neither could read the cookies of the other.
/// </summary>
internal sealed partial class KeyRingBackup(IDatabase redis, RedisOptions options, TimeProvider time, ILogger<KeyRingBackup> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        RedisValue[] known = [];
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var ring = await redis.ListRangeAsync(KeyRing.Key(options), flags: RedisConnection.FromPrimary);
                if (ring is [] && known is not [] && await redis.ListRightPushAsync(KeyRing.Key(options), known) > 0) Log.Restored(logger);
                else if (ring is not []) known = ring;
            }
            catch (Exception exception) when (RedisConnection.IsFault(exception))
            {
                // RedisFaults logs it. The next attempt follows.
            }
            await timer.WaitForNextTickAsync(stoppingToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis had lost the key ring, and probably all sessions. "
            + "This instance has written the key ring back.")]
        public static partial void Restored(ILogger logger);
    }
}
