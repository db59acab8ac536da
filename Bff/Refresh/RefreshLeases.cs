using System.Buffers.Text;
using System.Security.Cryptography;
using Bff.Sessions;
using Bff.Storage;

namespace Bff.Refresh;

/// <summary>Takes leases, and lets those who did not get one wait for the result.</summary>
internal sealed class RefreshLeases(RedisCommands redis, RedisKeys keys, SessionBus bus)
{
    /// <summary>The lease, or null when another instance holds it.</summary>
    public async Task<RefreshLease?> TryTakeAsync(SessionId id)
    {
        var (key, owner) = (keys.Lease(id.Name), Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12)));
        return await redis.LockTakeAsync(key, owner, RefreshLease.Duration) ? new RefreshLease(redis, key, owner) : null;
    }

    public SessionBus.Subscription Subscribe(SessionId id) => bus.Subscribe(id);
}
