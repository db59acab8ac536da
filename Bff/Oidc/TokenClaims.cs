using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Bff.Oidc;

/// <summary>The payload of a JWT with the JSON types that it has. The library would convert a number to a text.</summary>
internal static class TokenClaims
{
    private static readonly string[] Texts = ["iss", "nonce", "at_hash", "azp", "token_use"];

    private static readonly string[] Times = ["exp", "iat", "nbf"];

    /// <summary>In seconds: the end of the year 9999, after which there are no dates.</summary>
    private const double LatestTime = 253_402_300_799;

    /// <exception cref="JsonException">The payload is no JSON object, or has a name twice (RFC 7519 section 4).</exception>
    /// <exception cref="InvalidOperationException">A name or a text is no valid Unicode.</exception>
    public static JsonObject Read(JsonWebToken token)
    {
        var json = Base64Url.DecodeFromChars(token.EncodedPayload);
        var options = new JsonDocumentOptions { AllowDuplicateProperties = false };
        if (JsonNode.Parse(json, documentOptions: options) is not JsonObject claims) throw new JsonException();
        // The parser decodes texts when they are used. Writing decodes them all now, so that none fails later.
        _ = claims.ToJsonString();
        return claims;
    }

    /// <summary>A claim of the wrong type (RFC 7519 section 4.1, OpenID Connect Core 2), as a reason; null when there is none.</summary>
    public static string? TypeFault(JsonObject claims) =>
        Array.Find(Texts, name => claims.ContainsKey(name) && Text(claims, name) is null) is { } text ? $"expected {text} to be a text"
        : Array.Find(Times, name => claims.ContainsKey(name) && Time(claims, name) is null) is { } time ? $"expected {time} to be a time"
        : null;

    /// <summary>Null when the claim is absent or no text.</summary>
    public static string? Text(JsonObject claims, string name) =>
        claims[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>Null when the claim is absent or no number of seconds that is a date.</summary>
    public static DateTimeOffset? Time(JsonObject claims, string name) =>
        claims[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && value.GetValue<double>() is >= 0 and <= LatestTime and var seconds
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;
}
