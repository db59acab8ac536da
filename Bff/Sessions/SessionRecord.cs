using System.Buffers.Binary;
using System.Text;
using Bff.Oidc;

namespace Bff.Sessions;

/// <summary>The encrypted part of a session in Redis, in binary form: texts and claims with their length before them.</summary>
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
            Write(writer, session.Subject);
            Write(writer, session.Issuer);
            Write(writer, session.Nonce);
            Write(writer, session.Claims.Utf8);
            writer.Write(session.CreatedAt.UtcTicks);
            Write(writer, tokens.AccessToken);
            Write(writer, tokens.RefreshToken ?? "");
            Write(writer, tokens.IdTokenHint ?? "");
            Write(writer, tokens.Scope);
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
        if (SealedBox.Open(id.EncryptionKey, id.Name, box) is not { } content || content.Span is not [Form, .. var fields]) return null;

        // In the order of Seal. The record is authentic, so it is complete.
        var reader = new Reader(fields);
        return new Session(
            id, reader.Text(), reader.Text(), reader.Text(), new UserClaims(reader.Bytes().ToArray()), reader.Time(),
            new TokenSet(reader.Text(), reader.OptionalText(), reader.OptionalText(), reader.Text(), reader.Time(), reader.Time()))
        {
            LastUsed = lastUsed,
            Version = version,
        };
    }

    private static void Write(BinaryWriter writer, string text) => Write(writer, Encoding.UTF8.GetBytes(text));

    private static void Write(BinaryWriter writer, byte[] bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private ref struct Reader(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> rest = rest;

        public ReadOnlySpan<byte> Bytes() => Take(BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int))));

        public string Text() => Encoding.UTF8.GetString(Bytes());

        public string? OptionalText() => Text() is { Length: > 0 } text ? text : null;

        public DateTimeOffset Time() => new(BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long))), TimeSpan.Zero);

        private ReadOnlySpan<byte> Take(int length)
        {
            var taken = rest[..length];
            rest = rest[length..];
            return taken;
        }
    }
}
