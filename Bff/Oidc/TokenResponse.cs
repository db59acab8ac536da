using System.Text.Json;

namespace Bff.Oidc;

/// <summary>A successful answer of the token endpoint (RFC 6749 section 5.1), each member of the right type or the answer refused.</summary>
internal sealed record TokenResponse(string AccessToken, string? IdToken, string? RefreshToken, TimeSpan ExpiresIn, string? Scope)
{
    /// <summary>Used when the provider leaves <c>expires_in</c> out: short, so that a wrong guess costs a refresh and not an outage.</summary>
    public static readonly TimeSpan AssumedLifetime = TimeSpan.FromMinutes(5);

    private const int MaximumLifetimeSeconds = 10 * 365 * 24 * 3600;

    /// <summary>The answer in the JSON, or null when it is none: wrong types, no access token, text unfit for a header, an error.</summary>
    public static TokenResponse? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return null;
            if (!TryText(root, "error", out var error, allowSpace: true) || error is not null) return null;
            if (!TryText(root, "access_token", out var accessToken) || accessToken is null) return null;
            if (!TryText(root, "id_token", out var idToken) || !TryText(root, "refresh_token", out var refreshToken) || !TryText(root, "scope", out var scope, allowSpace: true)) return null;
            if (!TryText(root, "token_type", out var tokenType) || !"Bearer".Equals(tokenType, StringComparison.OrdinalIgnoreCase)) return null;
            // An empty scope is granted nothing; only an absent one means "as requested" (RFC 6749 section 5.1).
            if (root.TryGetProperty("scope", out var granted) && granted.ValueKind == JsonValueKind.String) scope ??= "";
            return TryLifetime(root, out var expiresIn) ? new TokenResponse(accessToken, idToken, refreshToken, expiresIn, scope) : null;
        }
        // The second is what half of a surrogate pair becomes when it is read as text.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Absent, null and empty are all "none"; anything but visible ASCII is refused, because tokens go into headers.</summary>
    private static bool TryText(JsonElement root, string name, out string? text, bool allowSpace = false)
    {
        text = null;
        if (!root.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null) return true;
        if (member.ValueKind != JsonValueKind.String) return false;
        var value = member.GetString()!;
        if (value.Any(character => character is < '!' or > '~' && !(allowSpace && character == ' '))) return false;
        if (value.Length > 0) text = value;
        return true;
    }

    private static bool TryLifetime(JsonElement root, out TimeSpan lifetime)
    {
        lifetime = AssumedLifetime;
        if (!root.TryGetProperty("expires_in", out var member) || member.ValueKind == JsonValueKind.Null) return true;
        var seconds = 0;
        var valid = member.ValueKind switch
        {
            JsonValueKind.Number => member.TryGetInt32(out seconds),
            // Some providers send it as a string.
            JsonValueKind.String => int.TryParse(member.GetString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out seconds),
            _ => false,
        };
        lifetime = TimeSpan.FromSeconds(seconds);
        return valid && seconds is > 0 and <= MaximumLifetimeSeconds;
    }

    public override string ToString() => nameof(TokenResponse);
}
