using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Bff.Sessions;

/// <summary>
/// The sessions that can be ended together: a user's, or those of one session at the provider. Its place in Redis and the key to
/// what lies there are derived from words that Redis does not hold, so a copy of Redis tells neither whose sessions these are nor of which devices.
/// </summary>
internal sealed class SessionGroup
{
    private readonly byte[] key;

    private SessionGroup(string kind, string issuer, string word)
    {
        Kind = kind;
        Name = Base64Url.EncodeToString(Derive("name", 16));
        key = Derive("encryption", 32);

        // Issuer and word by their hashes: no two pairs run together into the same input.
        byte[] Derive(string purpose, int length) => HKDF.DeriveKey(
            HashAlgorithmName.SHA256, SHA256.HashData(Encoding.UTF8.GetBytes(word)), length, salt: SHA256.HashData(Encoding.UTF8.GetBytes(issuer)), info: Encoding.ASCII.GetBytes($"bff {kind} {purpose}"));
    }

    public string Kind { get; }

    public string Name { get; }

    /// <summary>All sessions of a user. A subject is unique within its issuer only (OpenID Connect Core 2).</summary>
    public static SessionGroup OfUser(string issuer, string subject) => new("user", issuer, subject);

    /// <summary>Those that were signed in by one session at the provider, its <c>sid</c> (OpenID Connect Back-Channel Logout 2.1). Cognito has none.</summary>
    public static SessionGroup OfProviderSession(string issuer, string sid) => new("sid", issuer, sid);

    public byte[] Close(string session, byte[] entry) => Sealed.Close(key, entry, Context(session));

    public byte[]? Open(string session, byte[] box) => Sealed.Open(key, box, Context(session));

    private byte[] Context(string session) => Encoding.ASCII.GetBytes($"{Kind} {Name} {session}");

    public override string ToString() => nameof(SessionGroup);
}
