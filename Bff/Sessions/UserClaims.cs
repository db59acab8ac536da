using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Bff.Sessions;

/// <summary>
/// The ID token's claims about the user, as the JSON text that <c>/me</c> returns. It is parsed only where a claim is needed.
/// </summary>
/// <param name="utf8">A JSON object.</param>
[JsonConverter(typeof(AsText))]
internal sealed class UserClaims(byte[] utf8)
{
    public byte[] Utf8 => utf8;

    // The default encoder: a claim such as </script> stays harmless when a page renders the answer as HTML.
    public static UserClaims Of(JsonObject claims) => new(JsonSerializer.SerializeToUtf8Bytes(claims));

    /// <summary>One claim; null when there is none.</summary>
    public JsonNode? Find(string name) => JsonNode.Parse(utf8)![name];

    public override string ToString() => nameof(UserClaims);

    internal sealed class AsText : JsonConverter<UserClaims>
    {
        public override UserClaims Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, UserClaims value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Utf8, skipInputValidation: true);
    }
}
