using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bff.Sessions;
using StackExchange.Redis;

namespace Bff.SignIn;

/// <summary>
/// Where a sign-in lies: 128 bits of name and 256 bits of key, derived from the <c>state</c> and the secret in the browser's
/// login cookie together. Another browser finds nothing there and consumes nothing (login CSRF).
/// </summary>
internal sealed class SignInPlace(string state, byte[] secret)
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        // Escaped, a return URL in another script would take six times its room for every anonymous login.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // A record of another version must not be read as one whose nonce or issuer nobody asked for.
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private readonly byte[] key = Derive(state, secret, "encryption", 32);

    public string Name { get; } = Base64Url.EncodeToString(Derive(state, secret, "name", 16));

    public byte[] Close<T>(T value) => Sealed.Close(key, JsonSerializer.SerializeToUtf8Bytes(value, Strict), Context<T>());

    /// <summary>What was closed here, or null when there is nothing, it belongs elsewhere, was altered, or is of another version of this program.</summary>
    public T? Open<T>(RedisValue box) where T : class
    {
        if (box.IsNull || Sealed.Open(key, (byte[])box!, Context<T>()) is not { } plaintext) return null;
        try
        {
            return JsonSerializer.Deserialize<T>(plaintext, Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private byte[] Context<T>() => Encoding.UTF8.GetBytes($"{typeof(T).Name} {Name}");

    // The state's hash, because HMAC fills a salt up with zeros: a state with NULs at its end would be the same one.
    private static byte[] Derive(string state, byte[] secret, string purpose, int length) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, length, salt: SHA256.HashData(Encoding.UTF8.GetBytes(state)), info: Encoding.ASCII.GetBytes("bff sign-in " + purpose));
}
