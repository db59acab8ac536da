using StackExchange.Redis;

namespace Bff.Storage;

/// <summary>
/// Writes keys back that Redis has lost. Otherwise instances that run would use their keys for a day, instances that start would
/// create others, and neither could read the cookies of the other. It also restores a ring that an operator deletes while an instance
/// runs: docs/operating.md says how to end all sessions.
/// </summary>
internal sealed partial class KeyRingBackup(IDatabase redis, RedisOptions options, TimeProvider time, ILogger<KeyRingBackup> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        HashSet<RedisValue> known = [];
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var ring = await redis.ListRangeAsync(KeyRing.Key(options), flags: RedisConnection.FromPrimary);
                if (known.Except(ring).Any() && await RestoreAsync(ring, [.. known.Except(ring)])) Log.Restored(logger);
                known.UnionWith(ring);
            }
            catch (Exception exception) when (RedisConnection.IsFault(exception))
            {
                // RedisFaults logs it. The next attempt follows.
            }
            await timer.WaitForNextTickAsync(stoppingToken);
        }
    }

    /// <summary>Only to the ring that was read: the same key twice makes a ring unreadable.</summary>
    private Task<bool> RestoreAsync(RedisValue[] ring, RedisValue[] lost)
    {
        var transaction = redis.CreateTransaction();
        transaction.AddCondition(Condition.ListLengthEqual(KeyRing.Key(options), ring.Length));
        _ = transaction.ListRightPushAsync(KeyRing.Key(options), lost);
        return transaction.ExecuteAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis had lost keys of the key ring, and probably all sessions. "
            + "This instance has written the keys back.")]
        public static partial void Restored(ILogger logger);
    }
}
