using System.Security.Cryptography;

namespace Bff.Local.UserPool;

/// <summary>Random version 4 UUIDs, the form of Cognito's codes, subjects and token ids.</summary>
internal static class Uuid
{
    public static string New()
    {
        var bytes = RandomNumberGenerator.GetBytes(16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
