using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using StackExchange.Redis;

namespace Bff.Sessions;

/// <summary>
/// Bytes, or JSON, under AES-256-GCM with a random nonce: one version byte, nonce, tag, ciphertext. The context is authenticated, so a
/// box that was moved to another key of Redis does not open.
/// </summary>
internal static class SealedBox
{
    private const byte Version = 1;
    private const int NonceLength = 12, TagLength = 16, HeaderLength = 1 + NonceLength + TagLength;

    private static readonly JsonSerializerOptions Json = new()
    {
        // A return URL in another script would take six times the space when it is escaped.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // A record of another version is no record, rather than half of one.
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public static byte[] Seal<T>(byte[] key, string context, T value) =>
        Seal((ReadOnlySpan<byte>)key, context, JsonSerializer.SerializeToUtf8Bytes(value, Json));

    public static byte[] Seal(ReadOnlySpan<byte> key, string context, byte[] plaintext)
    {
        var box = new byte[HeaderLength + plaintext.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plaintext, box.AsSpan(HeaderLength), box.AsSpan(1 + NonceLength, TagLength), Encoding.UTF8.GetBytes(context));
        return box;
    }

    /// <summary>
    /// The value, or null when there is none, or it was sealed with another key, for another context, by another version, or was
    /// altered.
    /// </summary>
    public static T? Open<T>(byte[] key, string context, RedisValue value) where T : class
    {
        try
        {
            var content = Open(key, context, ((byte[]?)value)?.ToArray());
            return content is null ? null : JsonSerializer.Deserialize<T>(content.Value.Span, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>As <see cref="Open{T}"/>, for bytes. Decrypts in place: the box is used up.</summary>
    public static ReadOnlyMemory<byte>? Open(ReadOnlySpan<byte> key, string context, byte[]? box)
    {
        if (box is not { Length: >= HeaderLength } || box[0] != Version) return null;
        var content = box.AsMemory(HeaderLength);
        try
        {
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(box.AsSpan(1, NonceLength), content.Span, box.AsSpan(1 + NonceLength, TagLength), content.Span,
                Encoding.UTF8.GetBytes(context));
            return content;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
