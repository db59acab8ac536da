using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace Bff.Storage;

/// <summary>Data Protection's keys, which it reads once a day and keeps; here they can be forgotten earlier.</summary>
internal sealed class KeyRingCache(XmlKeyManager keys) : IKeyManager, IDisposable
{
    private CancellationTokenSource current = new();

    /// <summary>The next use reads the ring again.</summary>
    public void Forget() => Interlocked.Exchange(ref current, new CancellationTokenSource()).Cancel();

    public CancellationToken GetCacheExpirationToken() =>
        CancellationTokenSource.CreateLinkedTokenSource(Volatile.Read(ref current).Token, keys.GetCacheExpirationToken()).Token;

    public IKey CreateNewKey(DateTimeOffset activationDate, DateTimeOffset expirationDate) =>
        keys.CreateNewKey(activationDate, expirationDate);

    public IReadOnlyCollection<IKey> GetAllKeys() => keys.GetAllKeys();

    public void RevokeAllKeys(DateTimeOffset revocationDate, string? reason = null) => keys.RevokeAllKeys(revocationDate, reason);

    public void Dispose() => current.Dispose();

    public void RevokeKey(Guid keyId, string? reason = null) => keys.RevokeKey(keyId, reason);
}
