using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Bff.Sessions;

/// <summary>
/// Names an index of sessions that can be ended together: a user's, or those of one session at the provider. Its name in Redis and the
/// key of its entries are derived from values that Redis does not hold, so a copy of Redis does not show whose sessions these are.
/// </summary>
internal sealed class SessionIndexKey
{
    private const int NameLength = 16, KeyLength = 32;

    private SessionIndexKey(string kind, string issuer, string value)
    {
        Kind = kind;
        // An issuer is a URL and has no blank, so no two pairs give the same text.
        var derived = SHA512.HashData(Encoding.UTF8.GetBytes($"bff {kind} {issuer} {value}"));
        Name = Base64Url.EncodeToString(derived.AsSpan(0, NameLength));
        EncryptionKey = derived[NameLength..(NameLength + KeyLength)];
    }

    public string Kind { get; }

    public string Name { get; }

    public byte[] EncryptionKey { get; }

    /// <summary>All sessions of a user. A subject is unique within its issuer only (OpenID Connect Core 2).</summary>
    public static SessionIndexKey OfUser(string issuer, string subject) => new("user", issuer, subject);

    /// <summary>
    /// The sessions of one session at the provider, its <c>sid</c> (OpenID Connect Back-Channel Logout 2.1). Cognito has none.
    /// </summary>
    public static SessionIndexKey OfProviderSession(string issuer, string sid) => new("sid", issuer, sid);

    /// <summary>What an entry is sealed for.</summary>
    public string Context(string session) => $"{Kind} {Name} {session}";

    public override string ToString() => nameof(SessionIndexKey);
}
