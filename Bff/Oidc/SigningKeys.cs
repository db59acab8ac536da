using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Oidc;

/// <summary>Which of the provider's published keys may have signed a token (RFC 7517 section 4).</summary>
internal static class SigningKeys
{
    private const int MinimumRsaBits = 2048;

    /// <summary>Those of that id, compared as opaque text; without an id the only one there is (OpenID Connect Core 10.1).</summary>
    public static List<SecurityKey> Of(OpenIdConnectConfiguration metadata, string? kid)
    {
        var usable = (metadata.JsonWebKeySet?.Keys ?? []).Where(IsUsable).ToList<SecurityKey>();
        if (string.IsNullOrEmpty(kid)) return usable.Count == 1 ? usable : [];
        return usable.FindAll(key => string.Equals(key.KeyId, kid, StringComparison.Ordinal));
    }

    /// <summary>Keys for encryption, and RSA keys too short to be safe, never verify anything.</summary>
    private static bool IsUsable(JsonWebKey key)
    {
        if (key.Use is not (null or "" or "sig")) return false;
        try
        {
            return key.Kty != "RSA" || key.KeySize >= MinimumRsaBits;
        }
        catch (FormatException)
        {
            // Its modulus is no base64url; the other keys are none the worse for it.
            return false;
        }
    }
}
