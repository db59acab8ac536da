using System.Security.Cryptography;
using System.Text;
using Bff.Local.UserPool.Users;

namespace Bff.Local.UserPool.Tokens;

/// <summary>Refresh tokens, each with a fixed end that refreshing never moves.</summary>
internal sealed class RefreshTokens(PoolClock clock, UserDirectory users)
{
    private readonly Lock gate = new();
    private readonly Expiring<Entry> tokens = new(clock);
    private readonly Expiring<string> revoked = new(clock);

    public string Issue(SignInGrant grant, DateTimeOffset expiresAt)
    {
        var token = OpaqueToken.New();
        tokens.Put(Key(token), new Entry(grant, expiresAt, UsableUntil: expiresAt), expiresAt);
        return token;
    }

    /// <summary>
    /// The sign-in behind a token, and the token that replaces it where the client rotates: for the remaining time,
    /// while the old one works for the grace period. Null when the token is unknown, expired, replaced, revoked,
    /// another client's, or its user gone.
    /// </summary>
    public (SignInGrant Grant, string? Replacement)? Redeem(string token, AppClient client)
    {
        // Without this, two at once would both be the first.
        lock (gate)
        {
            if (!tokens.TryGet(Key(token), out var entry) || entry.Grant.ClientId != client.ClientId || clock.Now >= entry.UsableUntil
                || !IsAlive(entry.Grant))
            {
                return null;
            }

            if (!client.RefreshTokenRotation.Enabled)
            {
                return (entry.Grant, null);
            }

            // A second use within the grace does not prolong it.
            var graceEnds = clock.Now + client.RefreshTokenRotation.Grace;
            tokens.Put(Key(token), entry with { UsableUntil = graceEnds < entry.UsableUntil ? graceEnds : entry.UsableUntil },
                entry.ExpiresAt);
            return (entry.Grant, Issue(entry.Grant, entry.ExpiresAt));
        }
    }

    /// <summary>Every token of this sign-in dies at the pool; JWTs go on passing local validation.</summary>
    public RevocationVerdict Revoke(string token, string clientId)
    {
        if (!tokens.TryGet(Key(token), out var entry))
        {
            return RevocationVerdict.Unknown;
        }

        if (entry.Grant.ClientId != clientId)
        {
            return RevocationVerdict.AnotherClients;
        }

        // A day beyond the refresh token's own end: no access token outlives it by more.
        revoked.Put(entry.Grant.OriginJti, entry.Grant.Sub, entry.ExpiresAt.AddDays(1));
        return RevocationVerdict.Revoked;
    }

    public bool IsRevoked(string originJti) => revoked.TryGet(originJti, out _);

    private bool IsAlive(SignInGrant grant) =>
        !IsRevoked(grant.OriginJti) && users.BySub(grant.Sub) is { Enabled: true } user && grant.GrantedAt > user.SignedOutAt;

    private static string Key(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private sealed record Entry(SignInGrant Grant, DateTimeOffset ExpiresAt, DateTimeOffset UsableUntil);
}

internal enum RevocationVerdict
{
    Revoked,
    Unknown,
    AnotherClients,
}
