using System.Text.RegularExpressions;
using FluentValidation;

namespace Bff.Local.UserPool;

/// <summary>What AWS would refuse of an app client is refused here too, with the bounds in the message.</summary>
internal sealed partial class AppClientValidator : AbstractValidator<AppClient>
{
    public AppClientValidator()
    {
        RuleFor(c => c.ClientId).Must(id => ClientId().IsMatch(id))
            .WithMessage("Clients: ClientId must be 1 to 128 characters of [A-Za-z0-9_+]; Cognito's are 26 lower-case letters and digits.");
        RuleFor(c => c.ClientSecrets).Must(secrets => secrets.Count <= 2)
            .WithMessage("Clients: ClientSecrets holds at most two active secrets.");
        RuleForEach(c => c.ClientSecrets).Must(secret => Secret().IsMatch(secret))
            .WithMessage("Clients: a client secret must be 24 to 64 characters of [A-Za-z0-9_+].");
        RuleFor(c => c.AllowedOAuthFlows).Must(flows => flows.TrueForAll(flow => flow == "code"))
            .WithMessage("Clients: AllowedOAuthFlows may only hold code; the local user pool offers no other flow.");
        RuleForEach(c => c.CallbackURLs).Must(IsRedirectUrl)
            .WithMessage("Clients: the callback URL {PropertyValue} must be absolute, without a fragment, and https unless on loopback.");
        RuleForEach(c => c.LogoutURLs).Must(IsRedirectUrl)
            .WithMessage("Clients: the sign-out URL {PropertyValue} must be absolute, without a fragment, and https unless on loopback.");
        RuleFor(c => c.PreventUserExistenceErrors).Must(value => value is "ENABLED" or "LEGACY")
            .WithMessage("Clients: PreventUserExistenceErrors must be ENABLED or LEGACY.");
        RuleFor(c => c.RefreshTokenRotation.Feature).Must(value => value is "ENABLED" or "DISABLED")
            .WithMessage("Clients: RefreshTokenRotation:Feature must be ENABLED or DISABLED.");
        RuleFor(c => c.RefreshTokenRotation.RetryGracePeriodSeconds).InclusiveBetween(0, 60)
            .WithMessage("Clients: RefreshTokenRotation:RetryGracePeriodSeconds must be 0 to 60.");
        RuleFor(c => c.AccessTokenLifetime).InclusiveBetween(TimeSpan.FromMinutes(5), TimeSpan.FromDays(1))
            .WithMessage("Clients: AccessTokenValidity must be 5 minutes to 1 day, in a unit of seconds, minutes, hours or days.");
        RuleFor(c => c.IdTokenLifetime).InclusiveBetween(TimeSpan.FromMinutes(5), TimeSpan.FromDays(1))
            .WithMessage("Clients: IdTokenValidity must be 5 minutes to 1 day, in a unit of seconds, minutes, hours or days.");
        RuleFor(c => c.RefreshTokenLifetime).InclusiveBetween(TimeSpan.FromMinutes(60), TimeSpan.FromDays(3650))
            .WithMessage("Clients: RefreshTokenValidity must be 60 minutes to 3650 days, in a unit of seconds, minutes, hours or days.");
    }

    private static bool IsRedirectUrl(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Fragment.Length == 0 && !parsed.IsFile
        && (parsed.Scheme != Uri.UriSchemeHttp || parsed.IsLoopback);

    [GeneratedRegex(@"^[\w+]{1,128}$")]
    private static partial Regex ClientId();

    [GeneratedRegex(@"^[\w+]{24,64}$")]
    private static partial Regex Secret();
}
