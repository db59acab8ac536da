using System.Text;
using System.Text.RegularExpressions;
using Bff.Settings;
using FluentValidation;

namespace Bff.SignIn;

internal sealed partial class LoginRequestValidator : AbstractValidator<LoginRequest>
{
    private static readonly string[] Prompts = ["none", "login", "consent", "select_account"];

    public LoginRequestValidator(BffOptions options)
    {
        RuleFor(request => request.ReturnUrl).Must(url => ReturnUrl.Parse(url, options) is not null && IsShort(url))
            .WithMessage("returnUrl must be a path that starts with one slash, a URL on a configured SPA origin, or /swagger/,"
                + " of at most 2000 bytes.")
            .OverridePropertyName("returnUrl");
        RuleFor(request => request.Prompt).Must(IsPrompt)
            .WithMessage("prompt must be none, or one or more of login, consent, select_account, separated by spaces.")
            .OverridePropertyName("prompt");
        RuleFor(request => request.LoginHint).MaximumLength(256).Must(hint => hint?.Any(char.IsControl) is not true)
            .WithMessage("loginHint must be text of at most 256 characters.")
            .OverridePropertyName("loginHint");
        RuleFor(request => request.IdentityProvider).Matches(IdentityProvider())
            .WithMessage("identityProvider must be the provider's name: letters, digits and . _ - of at most 64 characters.")
            .OverridePropertyName("identityProvider");
        RuleFor(request => request.Lang).Matches(LanguageTag())
            .WithMessage("lang must be a language tag such as en or pt-BR.")
            .OverridePropertyName("lang");
        RuleFor(request => request.MaxAge).InclusiveBetween(0, 31_536_000)
            .WithMessage("maxAge must be between 0 and 31536000 seconds.")
            .OverridePropertyName("maxAge");
    }

    // In bytes, because that is what every anonymous login takes of Redis (three times that where JSON escapes each character).
    private static bool IsShort(string? url) => Encoding.UTF8.GetByteCount(url ?? "") <= ReturnUrl.MaximumLength;

    private static bool IsPrompt(string? prompt)
    {
        if (prompt is null) return true;
        var words = prompt.Split(' ');
        if (!words.All(Prompts.Contains) || words.Distinct().Count() < words.Length) return false;
        return words.Length == 1 || !words.Contains("none");
    }

    [GeneratedRegex(@"^[\p{L}\p{N}._-]{1,64}\z")]
    private static partial Regex IdentityProvider();

    [GeneratedRegex(@"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\z")]
    private static partial Regex LanguageTag();
}
