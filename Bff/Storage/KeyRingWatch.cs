namespace Bff.Storage;

/// <summary>Looks every few seconds whether the key ring in Redis is still the one that this instance works with.</summary>
internal sealed partial class KeyRingWatch(KeyRingStore store, KeyRingCache cache, TimeProvider time, ILogger<KeyRingWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await LookAsync();
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private async Task LookAsync()
    {
        try
        {
            switch (await store.CompareAsync())
            {
                case KeyRingStore.Comparison.Same:
                    break;
                case KeyRingStore.Comparison.Different:
                    Log.Changed(logger);
                    cache.Forget();
                    break;
                case KeyRingStore.Comparison.Restored:
                    Log.Restored(logger);
                    break;
                default:
                    throw new InvalidOperationException("A comparison has three outcomes.");
            }
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            // The next look will tell.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The key ring in Redis has changed and is read again.")]
        public static partial void Changed(ILogger logger);

        [LoggerMessage(2, LogLevel.Warning, "Redis had lost the key ring, and with it most likely all sessions; the ring of this instance has been written back.")]
        public static partial void Restored(ILogger logger);
    }
}
