using System.Text.Json;

namespace Bff.Oidc;

/// <summary>The error answer of the token endpoint (RFC 6749 section 5.2).</summary>
internal static class TokenError
{
    private static readonly string[] KnownErrors = ["invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "interaction_required", "login_required", "consent_required"];

    private static readonly string[] Tokens = ["access_token", "id_token", "refresh_token"];

    /// <summary>Only the registered codes (RFC 6749 section 5.2, OpenID Connect Core 3.1.2.6) are taken over: everything else in the body is untrusted text.</summary>
    public static string? Read(byte[] body) => Read(body, (_, error) => KnownErrors.FirstOrDefault(known => error.ValueEquals(known)));

    /// <summary>Whether it is an error object, with whatever code.</summary>
    public static bool IsOne(byte[] body) => Read(body, (_, error) => error.GetString()) is { Length: > 0 };

    /// <summary>Whether it is an error object, and a token stands in it too.</summary>
    public static bool IsBesideToken(byte[] body) => Read(body, (root, error) => Array.Exists(Tokens, name => root.TryGetProperty(name, out var token) && $"{token}" != "") ? error.GetString() : null) is { Length: > 0 };

    private static string? Read(byte[] body, Func<JsonElement, JsonElement, string?> read)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String ? read(document.RootElement, error) : null;
        }
        // The second is what half of a surrogate pair becomes when it is compared as text, in a name or in a value.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
