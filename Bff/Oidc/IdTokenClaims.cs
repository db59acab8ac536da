using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Bff.Oidc;

/// <summary>A token's payload as JSON, before anything converts it kindly; and of an ID token what there is about the user.</summary>
internal static class IdTokenClaims
{
    private static readonly string[] Protocol =
        ["iss", "aud", "exp", "iat", "nbf", "nonce", "at_hash", "c_hash", "jti", "origin_jti", "event_id", "token_use", "azp", "sub"];

    private static readonly string[] Texts = ["sub", "nonce", "at_hash", "azp", "token_use"];

    private static readonly string[] Times = ["exp", "iat", "nbf", "auth_time"];

    /// <summary>The payload, or null where a name occurs twice, since which of the two counts would be a guess (RFC 7519 section 4), or a text is none.</summary>
    public static JsonObject? Read(JsonWebToken token)
    {
        try
        {
            var payload = JsonNode.Parse(Base64Url.DecodeFromChars(token.EncodedPayload), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
            ReadTexts(payload);
            return payload;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The parser leaves names and texts for later, and would throw then where they are half a character or no UTF-8.</summary>
    private static void ReadTexts(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (_, value) in members) ReadTexts(value);
                break;
            case JsonArray values:
                foreach (var value in values) ReadTexts(value);
                break;
            case JsonValue text when text.GetValueKind() == JsonValueKind.String:
                text.GetValue<string>();
                break;
        }
    }

    /// <summary>A claim of the wrong JSON type is refused (RFC 7519 section 4.1, Core 2).</summary>
    public static string? TypeFault(JsonObject claims)
    {
        bool Is(string name, JsonValueKind kind) => !claims.TryGetPropertyValue(name, out var value) || value?.GetValueKind() == kind;

        return Array.Find(Texts, name => !Is(name, JsonValueKind.String)) is { } text ? $"expected {text} to be a text"
            : Array.Find(Times, name => !Is(name, JsonValueKind.Number)) is { } time ? $"expected {time} to be a number"
            : null;
    }

    /// <summary>What is left when the protocol's own claims are taken away.</summary>
    public static JsonObject OfUser(JsonObject claims)
    {
        foreach (var name in Protocol) claims.Remove(name);
        return claims;
    }
}
