using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Bff.Sessions;

/// <summary>
/// The secret that the session cookie holds: 256 random bits. Neither it nor anything it could be computed from is in Redis;
/// both the record's name and the key that opens the record are derived from it.
/// </summary>
internal sealed class SessionId
{
    public const int Length = 32;

    private readonly byte[] secret;

    private SessionId(byte[] secret)
    {
        this.secret = secret;
        Name = Base64Url.EncodeToString(Derive("name", 16));
    }

    /// <summary>The record's name in Redis and the session's name in the API: public, 22 characters.</summary>
    public string Name { get; }

    /// <summary>How the session appears in logs: the first 8 hex digits of a hash of its name.</summary>
    public string LogName => LogNameOf(Name);

    public static string LogNameOf(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(name)).AsSpan(0, 4));

    public static SessionId Create() => new(RandomNumberGenerator.GetBytes(Length));

    public static SessionId? From(byte[] secret) => secret.Length == Length ? new SessionId(secret) : null;

    public byte[] Reveal() => secret;

    public byte[] EncryptionKey() => Derive("encryption", 32);

    private byte[] Derive(string purpose, int length) =>
        HKDF.Expand(HashAlgorithmName.SHA256, secret, length, Encoding.ASCII.GetBytes("bff session " + purpose));

    public override string ToString() => LogName;
}
