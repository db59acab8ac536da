using System.Text;
using System.Text.Json;

namespace Bff.Sessions;

/// <summary>Turns a session into bytes that only the cookie's holder can open, and back.</summary>
internal static class SessionProtector
{
    /// <summary>A record with a member missing is one of another version: no session, rather than half of one.</summary>
    private static readonly JsonSerializerOptions Strict = new() { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };

    public static byte[] Protect(SessionId id, Session session) =>
        Sealed.Close(id.EncryptionKey(), JsonSerializer.SerializeToUtf8Bytes(session, Strict), Encoding.ASCII.GetBytes(id.Name));

    /// <summary>The session, or null when the bytes are not its own or of another version of this program.</summary>
    public static Session? Unprotect(SessionId id, byte[] box)
    {
        if (Sealed.Open(id.EncryptionKey(), box, Encoding.ASCII.GetBytes(id.Name)) is not { } plaintext) return null;
        try
        {
            return JsonSerializer.Deserialize<Session>(plaintext, Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
