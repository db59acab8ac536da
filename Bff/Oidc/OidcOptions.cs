using Bff.Settings;
using FluentValidation;

namespace Bff.Oidc;

/// <summary>How the client authenticates at the token endpoint (RFC 6749 section 2.3.1); the names are the registry's.</summary>
internal enum ClientAuthentication
{
    client_secret_post,
    client_secret_basic,
}

/// <summary>Which provider's sign-out form (revocation included) and token checks apply, and whether there is <c>/backchannel-logout</c>; nothing else depends on it.</summary>
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

    /// <summary>The issuer, byte for byte as in its discovery document. https; http only on loopback or with <see cref="AllowHttp"/>.</summary>
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

    /// <summary>How many refreshes one instance has under way at the provider at the same time.</summary>
    /// <value>20 unless set; from 1 to 1000.</value>
    public int MaxConcurrentRefreshes { get; set; } = 20;

    /// <summary>How many refreshes one instance begins per second: all instances together must stay below the provider's quota (Cognito: 120 per account and region).</summary>
    /// <value>40 unless set; from 1 to 1000.</value>
    public int RefreshesPerSecond { get; set; } = 40;

    public IReadOnlyList<string> AcceptedAlgorithms => SigningAlgorithms is [] ? ["RS256"] : SigningAlgorithms;

    public bool IsCognito => Provider switch
    {
        ProviderKind.cognito => true,
        ProviderKind.oidc => false,
        _ => Origin.Parse(Authority) is { } uri && IsCognitoHost(uri.Host),
    };

    /// <summary>Whether the provider may be spoken to without TLS.</summary>
    public bool MayUseHttp => Origin.Parse(Authority) is { Scheme: "http" };

    // cognito-idp.{region}.amazonaws.com, and the "updated issuer" of 2026 in both spellings that AWS uses.
    private static bool IsCognitoHost(string host) =>
        (host.EndsWith(".amazonaws.com", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".amazonaws.com.cn", StringComparison.OrdinalIgnoreCase))
        && (host.StartsWith("cognito-idp", StringComparison.OrdinalIgnoreCase) || host.StartsWith("issuer-cognito-idp.", StringComparison.OrdinalIgnoreCase) || host.StartsWith("issuer.cognito-idp.", StringComparison.OrdinalIgnoreCase));
}

internal sealed class OidcOptionsValidator : AbstractValidator<OidcOptions>
{
    private static readonly string[] Asymmetric = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    public OidcOptionsValidator()
    {
        RuleFor(options => options.Authority).Cascade(CascadeMode.Stop)
            .NotEmpty().WithMessage("Oidc:Authority is missing. Set it to the issuer, for Cognito https://cognito-idp.{region}.amazonaws.com/{userPoolId}; it is the member 'issuer' of its /.well-known/openid-configuration.")
            .Must(authority => Origin.Parse(authority) is { Query: "" }).WithMessage("Oidc:Authority '{PropertyValue}' is not an absolute https URL without query and fragment.")
            .Must((options, authority) => options.AllowHttp || Origin.IsSecure(Origin.Parse(authority)!))
            .WithMessage("Oidc:Authority '{PropertyValue}' must be https. http is for a provider on loopback; for a local pool in a private network set Oidc:AllowHttp=true.");
        RuleFor(options => options.ClientId).NotEmpty()
            .WithMessage("Oidc:ClientId is missing. Set it to the id of the confidential app client.");
        RuleFor(options => options.ClientSecret).NotEmpty()
            .WithMessage("Oidc:ClientSecret is missing. Put the app client's secret into a file /run/secrets/Oidc__ClientSecret or the environment variable Oidc__ClientSecret.");
        RuleFor(options => options.ClientAuthentication).IsInEnum()
            .WithMessage("Oidc:ClientAuthentication must be client_secret_post or client_secret_basic.");
        RuleFor(options => options.Scope).Must(scope => scope.Split(' ').Contains("openid"))
            .WithMessage("Oidc:Scope '{PropertyValue}' must contain openid; without it there is no ID token. For example: openid email phone");
        RuleForEach(options => options.SigningAlgorithms).Must(algorithm => Asymmetric.Contains(algorithm))
            .WithMessage("Oidc:SigningAlgorithms:{CollectionIndex} '{PropertyValue}' is not one of " + string.Join(", ", Asymmetric) + ".");
        RuleFor(options => options.BackchannelTimeout).InclusiveBetween(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1))
            .WithMessage("Oidc:BackchannelTimeout must be between 00:00:01 and 00:01:00.");
        RuleFor(options => options.ClockSkew).InclusiveBetween(TimeSpan.Zero, TimeSpan.FromMinutes(5))
            .WithMessage("Oidc:ClockSkew must be between 00:00:00 and 00:05:00.");
        RuleFor(options => options.MaxConcurrentRefreshes).InclusiveBetween(1, 1000)
            .WithMessage("Oidc:MaxConcurrentRefreshes must be between 1 and 1000.");
        RuleFor(options => options.RefreshesPerSecond).InclusiveBetween(1, 1000)
            .WithMessage("Oidc:RefreshesPerSecond must be between 1 and 1000. For Cognito, 120 a second is the quota of all instances together.");
    }
}
