using Bff.Oidc;

namespace Bff.Sessions;

/// <summary>The encrypted part of a session in Redis, in binary form.</summary>
internal static class SessionRecord
{
    /// <summary>A record of another form is no record.</summary>
    private const byte Form = 2;

    public static byte[] Seal(Session session)
    {
        using var stream = new MemoryStream(4096);
        using (var writer = new BinaryWriter(stream))
        {
            var tokens = session.Tokens;
            writer.Write(Form);
            writer.Write(session.Subject);
            writer.Write(session.Issuer);
            writer.Write(session.Nonce);
            writer.Write(session.Claims.Utf8.Length);
            writer.Write(session.Claims.Utf8);
            writer.Write(session.CreatedAt.UtcTicks);
            writer.Write(tokens.AccessToken);
            writer.Write(tokens.RefreshToken ?? "");
            writer.Write(tokens.IdTokenHint ?? "");
            writer.Write(tokens.Scope);
            writer.Write(tokens.IssuedAt.UtcTicks);
            writer.Write(tokens.ExpiresAt.UtcTicks);
        }
        return SealedBox.Seal(session.Id.EncryptionKey, session.Id.Name, stream.ToArray());
    }

    /// <summary>The session; null when the record cannot be opened with the id.</summary>
    /// <param name="lastUsed">From the record's own field.</param>
    /// <param name="version">From the record's own field.</param>
    public static Session? Open(SessionId id, byte[]? box, DateTimeOffset lastUsed, string version)
    {
        if (SealedBox.Open(id.EncryptionKey, id.Name, box) is not { } plaintext) return null;
        using var reader = new BinaryReader(new MemoryStream(plaintext, writable: false));
        if (reader.ReadByte() != Form) return null;

        // In the order of Seal. The record is authentic, so it is complete.
        return new Session(
            id, reader.ReadString(), reader.ReadString(), reader.ReadString(), new UserClaims(reader.ReadBytes(reader.ReadInt32())),
            Time(reader), new TokenSet(
                reader.ReadString(), Text(reader), Text(reader), reader.ReadString(), Time(reader), Time(reader)))
        {
            LastUsed = lastUsed,
            Version = version,
        };
    }

    private static DateTimeOffset Time(BinaryReader reader) => new(reader.ReadInt64(), TimeSpan.Zero);

    private static string? Text(BinaryReader reader) => reader.ReadString() is { Length: > 0 } text ? text : null;
}
