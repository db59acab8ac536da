using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Bff.SignIn;

/// <summary>
/// Names a pending sign-in in Redis and encrypts it. Both are derived from the <c>state</c> together with the secret in the browser's
/// login cookie, so another browser finds nothing and consumes nothing (login CSRF).
/// </summary>
internal sealed class SignInKey(string state, byte[] secret)
{
    public string Name { get; } = Base64Url.EncodeToString(Derive(state, secret, "name", 16));

    public byte[] EncryptionKey { get; } = Derive(state, secret, "encryption", 32);

    // The hash of the state, because HMAC fills a salt up with zeros: with NULs at its end a state would be the same one.
    private static byte[] Derive(string state, byte[] secret, string purpose, int length) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, secret, length,
        salt: SHA256.HashData(Encoding.UTF8.GetBytes(state)),
        info: Encoding.ASCII.GetBytes("bff sign-in " + purpose));

    public override string ToString() => nameof(SignInKey);
}
