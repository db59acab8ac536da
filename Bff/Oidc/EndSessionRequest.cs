using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Oidc;

/// <summary>Where the browser must go to be signed out at the provider too.</summary>
internal static class EndSessionRequest
{
    /// <param name="metadata">Null while it was never read. Then the sign-out ends at <paramref name="signedOutUrl"/>.</param>
    /// <param name="idToken">The hint of the OpenID Connect form; Cognito's form has none.</param>
    public static string Url(OpenIdConnectConfiguration? metadata, OidcOptions options, string signedOutUrl, string? idToken)
    {
        if (metadata is null) return signedOutUrl;

        // Cognito lists /logout as end_session_endpoint but demands its own parameters and answers 400 to OpenID Connect's.
        if (options.IsCognito)
        {
            return QueryHelpers.AddQueryString(CognitoLogout(metadata), new Dictionary<string, string?>
            {
                ["client_id"] = options.ClientId,
                ["logout_uri"] = signedOutUrl,
            });
        }
        if (string.IsNullOrEmpty(metadata.EndSessionEndpoint)) return signedOutUrl;

        // OpenID Connect RP-Initiated Logout 1.0 section 2.
        return QueryHelpers.AddQueryString(metadata.EndSessionEndpoint, new Dictionary<string, string?>
        {
            ["id_token_hint"] = idToken,
            ["client_id"] = options.ClientId,
            ["post_logout_redirect_uri"] = signedOutUrl,
        });
    }

    // Documents cached before February 2024 lack the member; the path is the same on every domain.
    private static string CognitoLogout(OpenIdConnectConfiguration metadata) => string.IsNullOrEmpty(metadata.EndSessionEndpoint)
        ? new Uri(new Uri(metadata.AuthorizationEndpoint), "/logout").AbsoluteUri
        : metadata.EndSessionEndpoint;
}
