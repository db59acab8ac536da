using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Oidc;

/// <summary>What the person who signs in, or the page that sends them, may ask of the provider.</summary>
internal sealed record AuthorizationHints(string? Prompt = null, string? LoginHint = null, string? IdentityProvider = null, string? Lang = null, int? MaxAge = null);

/// <summary>An authorization request (OpenID Connect Core 3.1.2.1): the URL to send the browser to, and the values to remember until the response.</summary>
internal sealed record AuthorizationRequest(string Url, string State, string Nonce, string CodeVerifier)
{
    public static AuthorizationRequest Create(OpenIdConnectConfiguration metadata, OidcOptions options, string redirectUri, AuthorizationHints hints)
    {
        string state = Pkce.RandomText(), nonce = Pkce.RandomText(), codeVerifier = Pkce.RandomText();
        var url = QueryHelpers.AddQueryString(metadata.AuthorizationEndpoint, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = options.ClientId,
            ["redirect_uri"] = redirectUri,
            ["scope"] = options.Scope,
            // Opaque and short: Cognito answers an empty 400 to JSON here, and wraps it in its own state for federated sign-in.
            ["state"] = state,
            ["nonce"] = nonce,
            ["code_challenge"] = Pkce.Challenge(codeVerifier),
            ["code_challenge_method"] = "S256",
            ["prompt"] = hints.Prompt,
            ["login_hint"] = hints.LoginHint,
            ["identity_provider"] = hints.IdentityProvider,
            ["lang"] = hints.Lang,
            ["max_age"] = hints.MaxAge?.ToString(CultureInfo.InvariantCulture),
        });
        return new AuthorizationRequest(url, state, nonce, codeVerifier);
    }

    // A record prints its properties by default; these are secrets.
    public override string ToString() => nameof(AuthorizationRequest);
}
