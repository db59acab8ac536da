using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Oidc;

/// <summary>What the user, or the page that links to the sign-in, may ask of the provider.</summary>
/// <param name="MaxAge">In seconds.</param>
internal sealed record AuthorizationHints(
    string? Prompt = null, string? LoginHint = null, string? IdentityProvider = null, string? Lang = null, int? MaxAge = null);

/// <summary>
/// An authorization request (OpenID Connect Core 3.1.2.1, RFC 7636): the URL to send the browser to, and the values to remember until
/// the response.
/// </summary>
internal sealed record AuthorizationRequest(string Url, string State, string Nonce, string CodeVerifier)
{
    public static AuthorizationRequest Create(
        OpenIdConnectConfiguration metadata, OidcOptions options, string redirectUri, AuthorizationHints hints)
    {
        string state = RandomText(), nonce = RandomText(), codeVerifier = RandomText();
        var url = QueryHelpers.AddQueryString(metadata.AuthorizationEndpoint, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = options.ClientId,
            ["redirect_uri"] = redirectUri,
            ["scope"] = options.Scope,
            // Opaque and short: Cognito answers an empty 400 to JSON here, and wraps it in its own state for federated sign-in.
            ["state"] = state,
            ["nonce"] = nonce,
            ["code_challenge"] = Challenge(codeVerifier),
            ["code_challenge_method"] = "S256",
            ["prompt"] = hints.Prompt,
            ["login_hint"] = hints.LoginHint,
            ["identity_provider"] = hints.IdentityProvider,
            ["lang"] = hints.Lang,
            ["max_age"] = hints.MaxAge?.ToString(CultureInfo.InvariantCulture),
        });
        return new AuthorizationRequest(url, state, nonce, codeVerifier);
    }

    /// <summary>RFC 7636 section 4.2, method S256.</summary>
    public static string Challenge(string codeVerifier) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(codeVerifier)));

    /// <summary>256 random bits as 43 unreserved characters, which is also a code verifier (RFC 7636 section 4.1).</summary>
    private static string RandomText() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    // A record prints its properties by default; these are secrets.
    public override string ToString() => nameof(AuthorizationRequest);
}
