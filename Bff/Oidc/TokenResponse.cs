using System.Globalization;
using System.Text.Json;

namespace Bff.Oidc;

/// <summary>A successful answer of the token endpoint (RFC 6749 section 5.1): each member has the right type.</summary>
internal sealed record TokenResponse(string AccessToken, string? IdToken, string? RefreshToken, TimeSpan ExpiresIn, string? Scope)
{
    /// <summary>
    /// Used when the provider leaves <c>expires_in</c> out: short, so that a wrong guess costs a refresh and not an outage.
    /// </summary>
    public static readonly TimeSpan AssumedLifetime = TimeSpan.FromMinutes(5);

    private const int MaximumLifetimeSeconds = 10 * 365 * 24 * 3600;

    /// <summary>The answer in the JSON; null when it has a wrong type, no access token, text unfit for a header, or an error.</summary>
    public static TokenResponse? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            return Read(document.RootElement);
        }
        // The second is thrown for text that is no valid Unicode.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static TokenResponse? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) return null;
        if (!TryText(root, "error", out var error, allowSpace: true) || error is not null) return null;
        if (!TryText(root, "access_token", out var accessToken) || accessToken is null) return null;
        if (!TryText(root, "token_type", out var type) || !"Bearer".Equals(type, StringComparison.OrdinalIgnoreCase)) return null;
        if (!TryText(root, "id_token", out var idToken) || !TryText(root, "refresh_token", out var refreshToken)) return null;
        if (!TryText(root, "scope", out var scope, allowSpace: true) || !TryLifetime(root, out var expiresIn)) return null;
        // An empty scope grants nothing; only an absent one means "as requested" (RFC 6749 section 5.1).
        if (root.TryGetProperty("scope", out var granted) && granted.ValueKind == JsonValueKind.String) scope ??= "";
        return new TokenResponse(accessToken, idToken, refreshToken, expiresIn, scope);
    }

    /// <summary>The refresh token of an answer that is refused otherwise; null when it has none.</summary>
    public static string? ReadRefreshToken(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && TryText(root, "refresh_token", out var refreshToken) ? refreshToken : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Absent, null and empty are all "none". Only visible ASCII is accepted, because tokens go into headers.</summary>
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
        var isNumber = member.ValueKind switch
        {
            JsonValueKind.Number => member.TryGetInt32(out seconds),
            // Some providers send it as a text.
            JsonValueKind.String => int.TryParse(member.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out seconds),
            _ => false,
        };
        lifetime = TimeSpan.FromSeconds(seconds);
        return isNumber && seconds is > 0 and <= MaximumLifetimeSeconds;
    }

    public override string ToString() => nameof(TokenResponse);
}
