using System.Net;
using FluentValidation;
using Microsoft.Extensions.Options;

namespace Bff.Local.UserPool;

/// <summary>The rules of the pool's own settings; all faults are reported at once.</summary>
internal sealed class UserPoolOptionsValidator : AbstractValidator<UserPoolOptions>
{
    public UserPoolOptionsValidator(IHostEnvironment environment)
    {
        RuleFor(o => o.AllowProduction).Must(allowed => allowed || !environment.IsProduction())
            .WithMessage("The local user pool does not start in the environment Production: it keeps everything in memory and its "
                + "secrets are public. Set ASPNETCORE_ENVIRONMENT=Development, or UserPool:AllowProduction=true if you mean it.");
        RuleFor(o => o.DomainUrl).Must(url => url is { IsAbsoluteUri: true, AbsolutePath: "/" })
            .WithMessage("UserPool:DomainUrl must be an absolute URL without a path, e.g. http://localhost:5001.");
        RuleFor(o => o.IssuerUrl).Must(url => url is { IsAbsoluteUri: true, Query: "" } && !url.AbsoluteUri.EndsWith('/'))
            .WithMessage("UserPool:IssuerUrl must be an absolute URL with the pool's id as its path and no trailing slash, e.g. "
                + "http://localhost:5002/local_pool.");
        RuleFor(o => o).Must(o =>
            (o.DomainPort ?? o.DomainUrl.Port) is 0 || (o.DomainPort ?? o.DomainUrl.Port) != (o.IssuerPort ?? o.IssuerUrl.Port))
            .WithMessage("UserPool:DomainUrl and UserPool:IssuerUrl need different ports: Cognito's login domain and issuer are "
                + "different origins.");
        RuleFor(o => o.BindAddress).Must(address => address is "loopback" or "*" || IPAddress.TryParse(address, out _))
            .WithMessage("UserPool:BindAddress must be loopback, *, or an IP address.");
        RuleFor(o => o.Pool.Policies.PasswordPolicy.MinimumLength).InclusiveBetween(6, 99)
            .WithMessage("Pool:Policies:PasswordPolicy:MinimumLength must be 6 to 99.");
        RuleFor(o => o.Pool.Policies.PasswordPolicy.PasswordHistorySize).InclusiveBetween(0, 24)
            .WithMessage("Pool:Policies:PasswordPolicy:PasswordHistorySize must be 0 to 24.");
        RuleFor(o => o.Pool.Policies.PasswordPolicy.TemporaryPasswordValidityDays).InclusiveBetween(1, 365)
            .WithMessage("Pool:Policies:PasswordPolicy:TemporaryPasswordValidityDays must be 1 to 365.");
        RuleForEach(o => o.Clients).SetValidator(new AppClientValidator());
        RuleForEach(o => o.Users).Must(user => user.Username.Contains('@'))
            .WithMessage("Users:{CollectionIndex}:Username must be an e-mail address: the pool signs in by e-mail.");
        RuleForEach(o => o.Users).Must(user => (user.Password is null) != (user.TemporaryPassword is null))
            .WithMessage("Users:{CollectionIndex} needs either Password or TemporaryPassword.");
    }

    /// <exception cref="OptionsValidationException">Names every fault with its remedy.</exception>
    public static void Demand(UserPoolOptions options, IHostEnvironment environment)
    {
        var result = new UserPoolOptionsValidator(environment).Validate(options);
        if (!result.IsValid)
        {
            throw new OptionsValidationException(UserPoolOptions.Section, typeof(UserPoolOptions),
                result.Errors.Select(error => error.ErrorMessage));
        }
    }
}
