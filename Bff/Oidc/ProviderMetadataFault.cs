using Bff.Settings;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Oidc;

/// <summary>Whether a discovery document may be used (OpenID Connect Discovery 1.0 section 4.3, RFC 9700 section 2.1.1).</summary>
internal static class ProviderMetadataFault
{
    /// <returns>Why the document is refused; null when it may be used.</returns>
    public static string? Of(OpenIdConnectConfiguration metadata, OidcOptions options)
    {
        if (metadata.Issuer != options.Authority)
        {
            return $"expected issuer '{options.Authority}' (Oidc:Authority), got '{ProviderText.Printable(metadata.Issuer)}';"
                + " they must be equal byte for byte.";
        }
        if (string.IsNullOrEmpty(metadata.AuthorizationEndpoint) || string.IsNullOrEmpty(metadata.TokenEndpoint))
            return "expected authorization_endpoint and token_endpoint, got none.";
        if (SigningKeys.Usable(metadata) is []) return "expected at least one usable signing key at jwks_uri, got none.";
        // Cognito leaves it out, which means nothing. A list without S256 would force a downgrade.
        if (metadata.CodeChallengeMethodsSupported is { Count: > 0 } methods && !methods.Contains("S256"))
            return $"expected S256 among code_challenge_methods_supported, got {ProviderText.Printable(string.Join(' ', methods))}.";
        return Endpoints(metadata).All(endpoint => IsAllowed(endpoint, options))
            ? null
            : "expected https endpoints only, got one that is not.";
    }

    /// <summary>
    /// Whether it is the document of a Cognito user pool without a domain: its endpoints are under the issuer, where nothing answers.
    /// </summary>
    public static bool IsPoolWithoutDomain(OpenIdConnectConfiguration metadata, OidcOptions options) =>
        options.IsCognito && metadata.AuthorizationEndpoint?.StartsWith(options.Authority + "/", StringComparison.Ordinal) == true;

    private static bool IsAllowed(string endpoint, OidcOptions options) =>
        Origin.Parse(endpoint) is { } uri && (uri.Scheme == Uri.UriSchemeHttps || options.MayUseHttp);

    private static IEnumerable<string> Endpoints(OpenIdConnectConfiguration metadata)
    {
        string?[] endpoints =
        [
            metadata.AuthorizationEndpoint, metadata.TokenEndpoint, metadata.JwksUri,
            metadata.EndSessionEndpoint, metadata.RevocationEndpoint,
        ];
        return endpoints.OfType<string>().Where(endpoint => endpoint.Length > 0);
    }
}
