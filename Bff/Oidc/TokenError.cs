using System.Text.Json;

namespace Bff.Oidc;

/// <summary>An error answer of the token endpoint (RFC 6749 section 5.2). Its text is untrusted.</summary>
/// <param name="Error">Empty where it is no text.</param>
/// <param name="IsBesideToken">Whether the same answer has a token.</param>
internal sealed record TokenError(string Error, string? Description, bool IsBesideToken)
{
    public const string InvalidClient = "invalid_client", InvalidGrant = "invalid_grant";

    private static readonly string[] Tokens = ["access_token", "id_token", "refresh_token"];

    private static readonly string[] Registered =
    [
        "invalid_request", InvalidClient, InvalidGrant, "unauthorized_client", "unsupported_grant_type", "invalid_scope",
        "interaction_required", "login_required", "consent_required",
    ];

    /// <summary>Whether it is one of the codes of RFC 6749 section 5.2 or OpenID Connect Core 3.1.2.6.</summary>
    public bool IsRegistered => Registered.Contains(Error);

    /// <summary>The error in the JSON, or null when there is none: no member <c>error</c>, or one that is null or empty.</summary>
    public static TokenError? Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            var root = document.RootElement;
            if (!IsGiven(root, "error")) return null;
            var isBesideToken = Array.Exists(Tokens, name => IsGiven(root, name));
            return new TokenError(Text(root, "error") ?? "", Text(root, "error_description"), isBesideToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement root, string name) =>
        Read(root, name, member => member.ValueKind == JsonValueKind.String ? member.GetString() : null);

    private static bool IsGiven(JsonElement root, string name) =>
        Read(root, name, member => member.GetRawText()) is not (null or "null" or "\"\"");

    private static string? Read(JsonElement root, string name, Func<JsonElement, string?> read)
    {
        try
        {
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var member) ? read(member) : null;
        }
        // What half of a surrogate pair becomes when it is read as text, in a name or in a value.
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public override string ToString() => nameof(TokenError);
}
