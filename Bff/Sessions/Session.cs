using System.Text.Json.Nodes;
using Bff.Oidc;

namespace Bff.Sessions;

/// <summary>Who is signed in, since when, and with which tokens. Redis holds it encrypted.</summary>
/// <param name="Nonce">Of the authorization request: a refreshed ID token that has one repeats it.</param>
internal sealed record Session(
    SessionId Id, string Subject, string Issuer, string Nonce, UserClaims Claims, DateTimeOffset CreatedAt, TokenSet Tokens)
{
    /// <summary>The last use that was recorded; use is recorded once per tenth of the idle timeout.</summary>
    public required DateTimeOffset LastUsed { get; init; }

    /// <summary>A random value that every write of the tokens replaces: the session is unchanged while it is the same.</summary>
    public string Version { get; init; } = "";

    /// <summary>When the session ends, used or not.</summary>
    public DateTimeOffset ExpiresAt(SessionOptions options) => CreatedAt + options.Lifetime;

    /// <summary>When the session ends if it is not used again.</summary>
    public DateTimeOffset IdleExpiresAt(SessionOptions options) =>
        LastUsed + options.IdleTimeout is var idle && idle < ExpiresAt(options) ? idle : ExpiresAt(options);

    /// <summary>The index of its user's sessions.</summary>
    public SessionIndexKey UserKey => SessionIndexKey.OfUser(Issuer, Subject);

    /// <summary>
    /// The indexes that list it: its user's, and that of its session at the provider where the ID token names one (<c>sid</c>).
    /// </summary>
    public IReadOnlyList<SessionIndexKey> IndexKeys() =>
        Claims.Find("sid") is JsonValue value && value.TryGetValue<string>(out var sid)
            ? [UserKey, SessionIndexKey.OfProviderSession(Issuer, sid)] : [UserKey];

    // A record prints its properties by default; these are secrets.
    public override string ToString() => $"{nameof(Session)} {Id}";
}
