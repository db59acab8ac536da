using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Oidc;

/// <summary>Which of the provider's published keys may have signed a token (RFC 7517 section 4).</summary>
internal static class SigningKeys
{
    private const int MinimumRsaBits = 2048;

    /// <summary>The keys of that id, compared as opaque text; without an id the only key there is (OpenID Connect Core 10.1).</summary>
    /// <param name="algorithm">How the token is signed: a key that names another algorithm is not for it.</param>
    public static List<SecurityKey> Of(OpenIdConnectConfiguration metadata, string? kid, string algorithm)
    {
        var usable = Usable(metadata);
        if (!string.IsNullOrEmpty(kid)) usable = usable.FindAll(key => key.KeyId == kid);
        else if (usable.Count > 1) usable = [];
        return [.. usable.Where(key => string.IsNullOrEmpty(key.Alg) || key.Alg == algorithm)];
    }

    /// <summary>Without keys for encryption, symmetric keys, and RSA keys that are too short.</summary>
    public static List<JsonWebKey> Usable(OpenIdConnectConfiguration metadata) =>
        (metadata.JsonWebKeySet?.Keys ?? []).Where(IsUsable).ToList();

    private static bool IsUsable(JsonWebKey key)
    {
        if (key.Use is not (null or "" or "sig") || (key.KeyOps.Count > 0 && !key.KeyOps.Contains("verify"))) return false;
        try
        {
            return key.Kty switch { "RSA" => key.KeySize >= MinimumRsaBits, "EC" => true, _ => false };
        }
        catch (FormatException)
        {
            // The modulus is no base64url. The other keys are not affected.
            return false;
        }
    }
}
