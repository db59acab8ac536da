using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Bff.Sessions;
using StackExchange.Redis;

namespace Bff.SignIn;

/// <summary>
/// Where a sign-in lies: 128 bits of name and 256 bits of key, derived from the <c>state</c> and the secret in the browser's
/// login cookie together. Another browser finds nothing there and consumes nothing (login CSRF).
/// </summary>
internal sealed class SignInPlace(string state, byte[] secret)
{
    private readonly byte[] key = Derive(state, secret, "encryption", 32);

    public string Name { get; } = Base64Url.EncodeToString(Derive(state, secret, "name", 16));

    public byte[] Seal<T>(T value) => SealedBox.Seal(key, Context<T>(), value);

    /// <summary>What was sealed here; null when there is nothing, it belongs elsewhere, was altered, or is of another version of this program.</summary>
    public T? Open<T>(RedisValue box) where T : class => SealedBox.Open<T>(key, Context<T>(), box);

    private string Context<T>() => $"{typeof(T).Name} {Name}";

    // The state's hash, because HMAC fills a salt up with zeros: a state with NULs at its end would be the same one.
    private static byte[] Derive(string state, byte[] secret, string purpose, int length) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, length, salt: SHA256.HashData(Encoding.UTF8.GetBytes(state)), info: Encoding.ASCII.GetBytes("bff sign-in " + purpose));
}
