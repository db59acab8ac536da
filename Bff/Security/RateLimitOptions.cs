using FluentValidation;

namespace Bff.Security;

/// <summary>Limits per client address: section <c>RateLimit</c>.</summary>
internal sealed class RateLimitOptions
{
    public const string Section = "RateLimit";

    /// <summary>How many logins one client address may begin in a minute; refused ones count.</summary>
    /// <value>30 unless set.</value>
    public int LoginsPerMinute { get; set; } = 30;
}

internal sealed class RateLimitOptionsValidator : AbstractValidator<RateLimitOptions>
{
    public RateLimitOptionsValidator() => RuleFor(options => options.LoginsPerMinute).InclusiveBetween(1, 1_000_000)
        .WithMessage("RateLimit:LoginsPerMinute must be between 1 and 1000000.");
}
