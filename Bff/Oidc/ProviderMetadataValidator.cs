using Bff.Settings;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Oidc;

/// <summary>Whether a discovery document may be used at all (OpenID Connect Discovery 1.0 section 4.3, RFC 9700 section 2.1.1).</summary>
internal sealed class ProviderMetadataValidator(OidcOptions options) : IConfigurationValidator<OpenIdConnectConfiguration>
{
    /// <summary>Why the last document was refused. The library's exception hides the reason as personal data.</summary>
    public string? Fault { get; private set; }

    public ConfigurationValidationResult Validate(OpenIdConnectConfiguration configuration)
    {
        Fault = Judge(configuration);
        return new ConfigurationValidationResult { Succeeded = Fault is null, ErrorMessage = Fault };
    }

    private string? Judge(OpenIdConnectConfiguration metadata)
    {
        if (!string.Equals(metadata.Issuer, options.Authority, StringComparison.Ordinal))
            return $"expected issuer '{options.Authority}' (Oidc:Authority), got '{Printable(metadata.Issuer)}'; they must be equal byte for byte.";
        if (string.IsNullOrEmpty(metadata.AuthorizationEndpoint) || string.IsNullOrEmpty(metadata.TokenEndpoint))
            return "expected authorization_endpoint and token_endpoint, got none.";
        if (SigningKeys.Usable(metadata) is [])
            return "expected at least one usable signing key at jwks_uri, got none.";
        // Absent is Cognito's habit and means nothing; present without S256 would force a downgrade.
        if (metadata.CodeChallengeMethodsSupported is { Count: > 0 } methods && !methods.Contains("S256"))
            return $"expected S256 among code_challenge_methods_supported, got {Printable(string.Join(' ', methods))}.";
        if (!Endpoints(metadata).All(endpoint => Origin.Parse(endpoint) is { } uri && (uri.Scheme == Uri.UriSchemeHttps || options.MayUseHttp)))
            return "expected https endpoints only, got one that is not.";
        return null;
    }

    /// <summary>The document's text goes into a log line: short, and without anything that would begin another line.</summary>
    private static string Printable(string? text) => string.Concat((text ?? "").Take(200).Select(character => character is < ' ' or > '~' ? '?' : character));

    private static IEnumerable<string> Endpoints(OpenIdConnectConfiguration metadata) =>
        new[] { metadata.AuthorizationEndpoint, metadata.TokenEndpoint, metadata.JwksUri, metadata.EndSessionEndpoint, metadata.RevocationEndpoint }
            .Where(endpoint => !string.IsNullOrEmpty(endpoint));
}
