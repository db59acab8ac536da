using Bff.Settings;
using FluentValidation;

namespace Bff.Oidc;

internal sealed class OidcOptionsValidator : AbstractValidator<OidcOptions>
{
    private static readonly string[] Asymmetric =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    public OidcOptionsValidator()
    {
        RuleFor(options => options.Authority).Cascade(CascadeMode.Stop)
            .NotEmpty()
            .WithMessage("Oidc:Authority is missing. Set it to the issuer,"
                + " for Cognito https://cognito-idp.{region}.amazonaws.com/{userPoolId};"
                + " it is the member 'issuer' of its /.well-known/openid-configuration.")
            .Must(authority => Origin.Parse(authority) is { Query: "" })
            .WithMessage("Oidc:Authority '{PropertyValue}' is not an absolute https URL without query and fragment.")
            .Must((options, authority) => options.AllowHttp || Origin.IsSecure(Origin.Parse(authority)!))
            .WithMessage("Oidc:Authority '{PropertyValue}' must be https."
                + " http is for a provider on loopback; for a local pool in a private network set Oidc:AllowHttp=true.");
        RuleFor(options => options.ClientId).NotEmpty()
            .WithMessage("Oidc:ClientId is missing. Set it to the id of the confidential app client.");
        RuleFor(options => options.ClientSecret).NotEmpty()
            .WithMessage("Oidc:ClientSecret is missing. Put the app client's secret into a file"
                + " /run/secrets/Oidc__ClientSecret or the environment variable Oidc__ClientSecret.");
        RuleFor(options => options.ClientAuthentication).IsInEnum()
            .WithMessage("Oidc:ClientAuthentication must be client_secret_post or client_secret_basic.");
        RuleFor(options => options.Scope).Must(scope => scope.Split(' ').Contains("openid"))
            .WithMessage("Oidc:Scope '{PropertyValue}' must contain openid; without it there is no ID token."
                + " For example: openid email phone");
        RuleForEach(options => options.SigningAlgorithms).Must(algorithm => Asymmetric.Contains(algorithm))
            .WithMessage("Oidc:SigningAlgorithms:{CollectionIndex} '{PropertyValue}' is not one of "
                + string.Join(", ", Asymmetric) + ".");
        RuleFor(options => options.BackchannelTimeout).InclusiveBetween(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1))
            .WithMessage("Oidc:BackchannelTimeout must be between 00:00:01 and 00:01:00.");
        RuleFor(options => options.ClockSkew).InclusiveBetween(TimeSpan.Zero, TimeSpan.FromMinutes(5))
            .WithMessage("Oidc:ClockSkew must be between 00:00:00 and 00:05:00.");
    }
}
