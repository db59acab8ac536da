using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Bff.Sessions;

/// <summary>
/// The secret that the session cookie holds: 256 random bits. Neither it nor anything it could be computed from is in Redis. The record's
/// name, the key that opens the record, and the cookie's checksum are derived from it in one step.
/// </summary>
internal sealed class SessionId
{
    public const int Length = 32;

    private const int NameLength = 16, KeyLength = 32, ChecksumLength = 8;

    /// <summary>40 bytes in base64url.</summary>
    private const int CookieLength = 54;

    private readonly byte[] secret;
    private readonly byte[] derived;

    private SessionId(byte[] secret)
    {
        this.secret = secret;
        // One-step derivation (NIST SP 800-56C section 4): the secret is random, and of one length.
        derived = SHA512.HashData([.. "bff session"u8, .. secret]);
        Name = Base64Url.EncodeToString(derived.AsSpan(0, NameLength));
    }

    /// <summary>The record's name in Redis and the session's name in the API: public, 22 characters.</summary>
    public string Name { get; }

    /// <summary>How the session appears in logs: the first 8 hex digits of a hash of its name.</summary>
    public string LogName => LogNameOf(Name);

    public ReadOnlySpan<byte> EncryptionKey => derived.AsSpan(NameLength, KeyLength);

    private ReadOnlySpan<byte> Checksum => derived.AsSpan(NameLength + KeyLength, ChecksumLength);

    public static string LogNameOf(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(name)).AsSpan(0, 4));

    public static SessionId Create() => new(RandomNumberGenerator.GetBytes(Length));

    public static SessionId? From(byte[] secret) => secret.Length == Length ? new SessionId(secret) : null;

    /// <summary>The id in the cookie's value. By the checksum a garbled or invented one is null and costs no request to Redis.</summary>
    public static SessionId? Parse(string cookie)
    {
        Span<byte> bytes = stackalloc byte[Length + ChecksumLength];
        if (cookie.Length != CookieLength
            || Base64Url.DecodeFromChars(cookie, bytes, out _, out var written) != OperationStatus.Done || written != bytes.Length)
            return null;
        var id = new SessionId(bytes[..Length].ToArray());
        return CryptographicOperations.FixedTimeEquals(bytes[Length..], id.Checksum) ? id : null;
    }

    public string CookieValue() => Base64Url.EncodeToString([.. secret, .. Checksum]);

    public byte[] Reveal() => secret;

    public override string ToString() => LogName;
}
