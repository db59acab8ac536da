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
    private SessionIndexKey(string kind, string issuer, string value)
    {
        Kind = kind;
        Name = Base64Url.EncodeToString(Derive("name", 16));
        EncryptionKey = Derive("encryption", 32);

        // Issuer and value by their hashes: no two pairs give the same input.
        byte[] Derive(string purpose, int length) => HKDF.DeriveKey(
            HashAlgorithmName.SHA256, SHA256.HashData(Encoding.UTF8.GetBytes(value)), length,
            salt: SHA256.HashData(Encoding.UTF8.GetBytes(issuer)), info: Encoding.ASCII.GetBytes($"bff {kind} {purpose}"));
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
