using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;

namespace Bff.Storage;

/// <summary>Looks every few seconds whether the key ring in Redis is still the one that this instance works with.</summary>
internal sealed partial class KeyRingWatch(
    KeyRingStore store, KeyRingCache cache, RedisOptions redis, IOptions<KeyManagementOptions> options, TimeProvider time,
    ILogger<KeyRingWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private bool isChecked;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do await LookAsync();
            while (await timer.WaitForNextTickAsync(stoppingToken));
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
            CheckOnce();
            switch (await store.CompareAsync())
            {
                case KeyRingStore.Comparison.Same:
                    break;
                case KeyRingStore.Comparison.Different:
                    Log.Changed(logger);
                    cache.Forget();
                    isChecked = false;
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

    /// <summary>A certificate encrypts the keys that are made from now on; an earlier one stays as it is, and in use.</summary>
    private void CheckOnce()
    {
        if (isChecked || options.Value.XmlEncryptor is null) return;
        try
        {
            var keys = cache.GetAllKeys();
            isChecked = true;
            foreach (var key in keys.Where(key => !key.IsRevoked && key.ExpirationDate > time.GetUtcNow() && store.IsPlain(key.KeyId)))
                Log.Plain(logger, key.KeyId, key.ExpirationDate, redis.KeyPrefix, time.GetUtcNow());
        }
        // A ring that makes no sense fails where it is used; it must not end the process here.
        catch (Exception exception) when (!RedisConnection.IsFault(exception))
        {
            isChecked = true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The key ring in Redis has changed and is read again.")]
        public static partial void Changed(ILogger logger);

        [LoggerMessage(2, LogLevel.Warning, "Redis had lost the key ring, and with it most likely all sessions; the ring of this "
            + "instance has been written back.")]
        public static partial void Restored(ILogger logger);

        [LoggerMessage(3, LogLevel.Warning, "DataProtection:CertificatePath is set, but the key {KeyId} was made without it: it lies "
            + "unencrypted in Redis and is used until {Expires:O}. To end it now, and all sessions that depend on it: "
            + "redis-cli RPUSH {KeyPrefix}keys "
            + "'<revocation version=\"1\"><revocationDate>{Now:O}</revocationDate><key id=\"{KeyId}\" /></revocation>'")]
        public static partial void Plain(ILogger logger, Guid keyId, DateTimeOffset expires, string keyPrefix, DateTimeOffset now);
    }
}
