using Bff.Settings;

namespace Bff.Oidc;

/// <summary>How the client authenticates at the token endpoint (RFC 6749 section 2.3.1); the names are the registry's.</summary>
internal enum ClientAuthentication
{
    client_secret_post,
    client_secret_basic,
}

/// <summary>
/// Which form of sign-out and revocation and which token checks apply, and whether there is <c>/backchannel-logout</c>. Nothing else
/// depends on it.
/// </summary>
internal enum ProviderKind
{
    auto,
    cognito,
    oidc,
}

/// <summary>The OpenID Connect provider and this client of it: section <c>Oidc</c>.</summary>
internal sealed class OidcOptions
{
    public const string Section = "Oidc";

    /// <summary>
    /// The issuer, byte for byte as in its discovery document. https; http only on loopback or with <see cref="AllowHttp"/>.
    /// </summary>
    /// <value>Required.</value>
    public string Authority { get; set; } = "";

    /// <summary>Permits an http provider elsewhere than on loopback. For local pools in a private network only.</summary>
    /// <value>false unless set.</value>
    public bool AllowHttp { get; set; }

    /// <summary>The id of the confidential app client.</summary>
    /// <value>Required.</value>
    public string ClientId { get; set; } = "";

    /// <summary>Its secret; best in a file <c>/run/secrets/Oidc__ClientSecret</c>.</summary>
    /// <value>Required.</value>
    public string ClientSecret { get; set; } = "";

    /// <value><see cref="ClientAuthentication.client_secret_post"/> unless set.</value>
    public ClientAuthentication ClientAuthentication { get; set; } = ClientAuthentication.client_secret_post;

    /// <summary>Space-separated scopes; must contain <c>openid</c>.</summary>
    /// <value><c>openid email phone</c> unless set.</value>
    public string Scope { get; set; } = "openid email phone";

    /// <value><see cref="ProviderKind.auto"/> unless set: decided by the issuer's host.</value>
    public ProviderKind Provider { get; set; } = ProviderKind.auto;

    /// <summary>What an ID token may be signed with (RFC 7518 names). Symmetric algorithms and <c>none</c> are refused.</summary>
    /// <value><c>RS256</c> unless set.</value>
    public string[] SigningAlgorithms { get; set; } = [];

    /// <summary>Total deadline of one call to the provider, body included, and of all calls together that complete one sign-in.</summary>
    /// <value>10 seconds unless set; from 1 second to 1 minute.</value>
    public TimeSpan BackchannelTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How far the provider's clock may be off when token times are checked.</summary>
    /// <value>1 minute unless set; at most 5 minutes.</value>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromMinutes(1);

    public IReadOnlyList<string> AcceptedAlgorithms => SigningAlgorithms is [] ? ["RS256"] : SigningAlgorithms;

    public string DiscoveryUrl => Authority.TrimEnd('/') + "/.well-known/openid-configuration";

    public bool IsCognito => Provider switch
    {
        ProviderKind.cognito => true,
        ProviderKind.oidc => false,
        _ => Origin.Parse(Authority) is { } uri && IsCognitoHost(uri.Host),
    };

    /// <summary>Whether requests to the provider may go without TLS.</summary>
    public bool MayUseHttp => Origin.Parse(Authority) is { Scheme: "http" };

    // cognito-idp.{region}.amazonaws.com, and the "updated issuer" of 2026 in both spellings that AWS uses.
    private static bool IsCognitoHost(string host)
    {
        string[] names = ["cognito-idp", "issuer-cognito-idp.", "issuer.cognito-idp."], domains = [".amazonaws.com", ".amazonaws.com.cn"];
        return Array.Exists(names, name => host.StartsWith(name, StringComparison.Ordinal))
            && Array.Exists(domains, domain => host.EndsWith(domain, StringComparison.Ordinal));
    }
}
