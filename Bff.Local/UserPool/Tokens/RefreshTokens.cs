using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Bff.Local.UserPool.Users;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.UserPool.Tokens;

/// <summary>Refresh tokens: opaque, shaped like Cognito's JWE, with a fixed end that refreshing never moves.</summary>
internal sealed class RefreshTokens(PoolClock clock, UserDirectory users)
{
    private readonly ConcurrentDictionary<string, Entry> tokens = [];
    private readonly ConcurrentDictionary<string, DateTimeOffset> revoked = [];

    public string Issue(SignInGrant grant, DateTimeOffset expiresAt)
    {
        Forget();
        var token = NewToken();
        tokens[Key(token)] = new Entry(grant, expiresAt, expiresAt);
        return token;
    }

    /// <summary>Null when unknown, expired, replaced, revoked, another client's, or its user gone.</summary>
    public Entry? Find(string token, string clientId) =>
        tokens.TryGetValue(Key(token), out var entry) && entry.Grant.ClientId == clientId
        && clock.Now < entry.UsableUntil && IsAlive(entry.Grant) ? entry : null;

    /// <summary>Rotation: a new token for the remaining time; the old one works for the grace period.</summary>
    public string Rotate(string token, Entry entry, TimeSpan grace)
    {
        var end = clock.Now + grace;
        // A second use within the grace must not prolong it.
        tokens[Key(token)] = entry with { UsableUntil = end < entry.UsableUntil ? end : entry.UsableUntil };
        return Issue(entry.Grant, entry.ExpiresAt);
    }

    /// <summary>Every token of this sign-in dies at the pool; JWTs go on passing local validation.</summary>
    public RevocationVerdict Revoke(string token, string clientId)
    {
        if (!tokens.TryGetValue(Key(token), out var entry))
        {
            return RevocationVerdict.Unknown;
        }

        if (entry.Grant.ClientId != clientId)
        {
            return RevocationVerdict.AnotherClients;
        }

        revoked[entry.Grant.OriginJti] = entry.ExpiresAt;
        return RevocationVerdict.Revoked;
    }

    public bool IsRevoked(string originJti) => revoked.ContainsKey(originJti);

    public bool IsAlive(SignInGrant grant) =>
        !IsRevoked(grant.OriginJti) && users.BySub(grant.Sub) is { Enabled: true } user && grant.GrantedAt > user.SignedOutAt;

    // {"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"} . encrypted key . IV . ciphertext . tag: some 1.8 kB
    private static string NewToken() => string.Join('.',
        Base64UrlEncoder.Encode("""{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}"""),
        Opaque(256), Opaque(12), Opaque(1005), Opaque(16));

    private static string Opaque(int bytes) => Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(bytes));

    private static string Key(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private void Forget()
    {
        foreach (var (key, _) in tokens.Where(entry => clock.Now >= entry.Value.ExpiresAt))
        {
            tokens.TryRemove(key, out _);
        }

        foreach (var (jti, _) in revoked.Where(entry => clock.Now >= entry.Value.AddDays(1)))
        {
            revoked.TryRemove(jti, out _);
        }
    }

    internal sealed record Entry(SignInGrant Grant, DateTimeOffset ExpiresAt, DateTimeOffset UsableUntil);
}

internal enum RevocationVerdict
{
    Revoked,
    Unknown,
    AnotherClients,
}
