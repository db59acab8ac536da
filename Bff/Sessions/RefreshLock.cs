using System.Buffers.Text;
using System.Security.Cryptography;
using Bff.Configuration;
using StackExchange.Redis;

namespace Bff.Sessions;

/// <summary>The right to refresh one session, held by one instance at a time: a lease in Redis under a random owner value.</summary>
internal sealed class RefreshLock(IDatabase redis, RedisKeys keys)
{
    /// <summary>The lease, or null when another instance holds it.</summary>
    /// <param name="duration">Must outlive the work done under it.</param>
    public async Task<Lease?> TryTakeAsync(SessionId id, TimeSpan duration)
    {
        var owner = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));
        var key = keys.Lease(id.Name);
        return await redis.StringSetAsync(key, owner, duration, When.NotExists) ? new Lease(redis, key, owner) : null;
    }

    internal sealed class Lease(IDatabase redis, RedisKey key, RedisValue owner) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                // Compares the owner: a lease that ran out may belong to another instance by now.
                await redis.LockReleaseAsync(key, owner);
            }
            catch (Exception exception) when (RedisConnection.IsFault(exception))
            {
                // It expires by itself.
            }
        }
    }
}
