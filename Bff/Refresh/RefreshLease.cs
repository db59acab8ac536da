using Bff.Storage;
using StackExchange.Redis;

namespace Bff.Refresh;

/// <summary>
/// The right to refresh one session, held by one instance at a time: a lock in Redis that expires after <see cref="Duration"/> and is
/// extended while it is held. When its holder dies, another instance takes over as soon as it has expired.
/// </summary>
internal sealed class RefreshLease : IAsyncDisposable
{
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    private const int Attempts = 3;

    private readonly RedisCommands redis;
    private readonly RedisKey key;
    private readonly RedisValue owner;
    private readonly CancellationTokenSource released = new();
    private readonly Task extending;

    internal RefreshLease(RedisCommands redis, RedisKey key, RedisValue owner)
    {
        (this.redis, this.key, this.owner) = (redis, key, owner);
        extending = Task.Run(ExtendWhileHeldAsync);
    }

    /// <summary>Extends the lease; false when it was lost: an instance that was frozen may find that another has taken it.</summary>
    public Task<bool> ExtendAsync() => IfHeldAsync(() => redis.LockExtendAsync(key, owner, Duration));

    public async ValueTask DisposeAsync()
    {
        await released.CancelAsync();
        await extending;
        released.Dispose();
        try
        {
            await IfHeldAsync(() => redis.LockReleaseAsync(key, owner));
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            // It expires.
        }
    }

    /// <summary>Redis may refuse the transaction although the lease is held, for example during a failover: it is tried again.</summary>
    private async Task<bool> IfHeldAsync(Func<Task<bool>> changeAsync)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await changeAsync()) return true;
            if (await redis.StringGetAsync(key, RedisConnection.FromPrimary) != owner) return false;
        }
        return false;
    }

    // In real time, which is Redis' time.
    private async Task ExtendWhileHeldAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Duration / 4, released.Token);
                await TryExtendAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // It was released.
        }
    }

    private async Task TryExtendAsync()
    {
        try
        {
            await ExtendAsync();
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            // The next attempt comes before the lease expires.
        }
    }
}
