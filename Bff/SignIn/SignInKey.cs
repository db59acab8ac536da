using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Bff.SignIn;

/// <summary>
/// Names a pending sign-in in Redis and encrypts it. Both are derived in one step from the <c>state</c> together with the secret in the
/// browser's login cookie, so another browser finds nothing and consumes nothing (login CSRF).
/// </summary>
internal sealed class SignInKey
{
    private const int NameLength = 16, KeyLength = 32;

    public SignInKey(string state, byte[] secret)
    {
        var derived = HMACSHA512.HashData(secret, Encoding.UTF8.GetBytes("bff sign-in " + state));
        Name = Base64Url.EncodeToString(derived.AsSpan(0, NameLength));
        EncryptionKey = derived[NameLength..(NameLength + KeyLength)];
    }

    public string Name { get; }

    public byte[] EncryptionKey { get; }

    public override string ToString() => nameof(SignInKey);
}
