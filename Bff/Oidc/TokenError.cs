using System.Text.Json;

namespace Bff.Oidc;

/// <summary>An error answer of the token endpoint (RFC 6749 section 5.2). Its text is untrusted.</summary>
/// <param name="Error">Empty where it is no text.</param>
internal sealed record TokenError(string Error, string? Description)
{
    public const string InvalidClient = "invalid_client", InvalidGrant = "invalid_grant";

    private static readonly string[] Registered =
    [
        "invalid_request", InvalidClient, InvalidGrant, "unauthorized_client", "unsupported_grant_type", "invalid_scope",
        "interaction_required", "login_required", "consent_required",
    ];

    /// <summary>Whether it is one of the codes of RFC 6749 section 5.2 or OpenID Connect Core 3.1.2.6.</summary>
    public bool IsRegistered => Registered.Contains(Error);

    /// <summary>The error in the JSON; null when there is none, or it is null or empty, or the JSON cannot be read.</summary>
    public static TokenError? Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("error", out var error)) return null;
            return error.GetRawText() is "null" or "\"\"" ? null : new TokenError(Text(error) ?? "", DescriptionIn(root));
        }
        // The second is thrown for text that is no valid Unicode.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? DescriptionIn(JsonElement root) =>
        root.TryGetProperty("error_description", out var description) ? Text(description) : null;

    private static string? Text(JsonElement member) => member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    public override string ToString() => nameof(TokenError);
}
