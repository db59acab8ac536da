using System.ComponentModel;
using System.Text;
using System.Text.RegularExpressions;
using Bff.Oidc;
using Bff.Settings;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace Bff.SignIn;

/// <summary>What <c>GET /login</c> takes; everything else in the query is ignored and reaches nobody.</summary>
internal sealed record LoginRequest(
    [property: FromQuery(Name = "returnUrl"), Description("Where to go afterwards: a path on the first SPA origin, a URL on one of the SPA origins, or /swagger/.")] string? ReturnUrl,
    [property: FromQuery(Name = "prompt"), Description("none, login, consent, select_account, or several of the last three.")] string? Prompt,
    [property: FromQuery(Name = "loginHint"), Description("Pre-fills the user name.")] string? LoginHint,
    [property: FromQuery(Name = "identityProvider"), Description("The name of a federated provider to go to at once.")] string? IdentityProvider,
    [property: FromQuery(Name = "lang"), Description("The language of the sign-in pages, for example ja or pt-BR.")] string? Lang,
    [property: FromQuery(Name = "maxAge"), Description("Seconds since the last password entry after which the user pool must ask again.")] int? MaxAge)
{
    public AuthorizationHints Hints() => new(Prompt, LoginHint, IdentityProvider, Lang, MaxAge);
}

internal sealed partial class LoginRequestValidator : AbstractValidator<LoginRequest>
{
    private static readonly string[] Prompts = ["none", "login", "consent", "select_account"];

    public LoginRequestValidator(BffOptions options)
    {
        // In bytes as well, because that is what every anonymous login takes of Redis.
        RuleFor(request => request.ReturnUrl).Must(url => SignIn.ReturnUrl.Parse(url, options) is not null && Encoding.UTF8.GetByteCount(url ?? "") <= SignIn.ReturnUrl.MaximumLength)
            .WithMessage("returnUrl must be a path that starts with one slash, a URL on a configured SPA origin, or /swagger/, of at most 2000 bytes.").OverridePropertyName("returnUrl");
        RuleFor(request => request.Prompt).Must(IsPrompt)
            .WithMessage("prompt must be none, or one or more of login, consent, select_account, separated by spaces.").OverridePropertyName("prompt");
        RuleFor(request => request.LoginHint).MaximumLength(256).Must(hint => hint?.Any(char.IsControl) is not true)
            .WithMessage("loginHint must be text of at most 256 characters.").OverridePropertyName("loginHint");
        RuleFor(request => request.IdentityProvider).Matches(IdentityProvider())
            .WithMessage("identityProvider must be the provider's name: letters, digits and . _ - of at most 64 characters.").OverridePropertyName("identityProvider");
        RuleFor(request => request.Lang).Matches(LanguageTag())
            .WithMessage("lang must be a language tag such as en or pt-BR.").OverridePropertyName("lang");
        RuleFor(request => request.MaxAge).InclusiveBetween(0, 31_536_000)
            .WithMessage("maxAge must be between 0 and 31536000 seconds.").OverridePropertyName("maxAge");
    }

    private static bool IsPrompt(string? prompt) =>
        prompt is null || (prompt.Split(' ') is var words && words.All(Prompts.Contains) && words.Distinct().Count() == words.Length && (words.Length == 1 || !words.Contains("none")));

    [GeneratedRegex(@"^[\p{L}\p{N}._-]{1,64}\z")]
    private static partial Regex IdentityProvider();

    [GeneratedRegex(@"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\z")]
    private static partial Regex LanguageTag();
}
