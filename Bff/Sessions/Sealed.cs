using System.Security.Cryptography;

namespace Bff.Sessions;

/// <summary>AES-256-GCM with a random nonce: one version byte, nonce, tag, ciphertext. The context is authenticated, so a value moved to another key does not open.</summary>
internal static class Sealed
{
    private const byte Version = 1;
    private const int NonceLength = 12, TagLength = 16, HeaderLength = 1 + NonceLength + TagLength;

    public static byte[] Close(byte[] key, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> context)
    {
        var box = new byte[HeaderLength + plaintext.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plaintext, box.AsSpan(HeaderLength), box.AsSpan(1 + NonceLength, TagLength), context);
        return box;
    }

    /// <summary>The plaintext, or null when it was closed with another key, for another context, by another version, or was altered.</summary>
    public static byte[]? Open(byte[] key, ReadOnlySpan<byte> box, ReadOnlySpan<byte> context)
    {
        if (box.Length < HeaderLength || box[0] != Version) return null;
        var plaintext = new byte[box.Length - HeaderLength];
        try
        {
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(box.Slice(1, NonceLength), box[HeaderLength..], box.Slice(1 + NonceLength, TagLength), plaintext, context);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
