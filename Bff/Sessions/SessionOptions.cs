using FluentValidation;

namespace Bff.Sessions;

/// <summary>How long things live, and the cookie: section <c>Session</c>.</summary>
internal sealed class SessionOptions
{
    public const string Section = "Session";

    /// <summary>A session unused for this long ends; at most <see cref="Lifetime"/>. Use is noted once per tenth of it.</summary>
    /// <value>1 hour unless set; at least 1 minute.</value>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>A session this old ends, used or not.</summary>
    /// <value>12 hours unless set; at most 30 days.</value>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How long a started login may take.</summary>
    /// <value>15 minutes unless set; from 1 minute to 1 hour.</value>
    public TimeSpan LoginTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>An access token this close to its expiry is refreshed when used.</summary>
    /// <value>1 minute unless set; at most 1 hour.</value>
    public TimeSpan RefreshBefore { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary><c>POST /refresh</c> sooner than this after the last tokens came answers without a call to the provider.</summary>
    /// <value>5 seconds unless set; at most 1 hour.</value>
    public TimeSpan MinimumRefreshInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The session cookie's name; the login cookie is this + <c>-login</c>.</summary>
    /// <value><c>__Host-bff</c> unless set.</value>
    public string CookieName { get; set; } = "__Host-bff";

    /// <summary>Strict, or Lax where the SPA must be signed in on its very first navigation from another site.</summary>
    /// <value>Strict unless set.</value>
    public SameSiteMode SameSite { get; set; } = SameSiteMode.Strict;

    public string LoginCookieName => CookieName + "-login";
}

internal sealed class SessionOptionsValidator : AbstractValidator<SessionOptions>
{
    public SessionOptionsValidator()
    {
        RuleFor(options => options.Lifetime).InclusiveBetween(TimeSpan.FromMinutes(1), TimeSpan.FromDays(30))
            .WithMessage("Session:Lifetime must be between 00:01:00 and 30.00:00:00.");
        RuleFor(options => options.IdleTimeout).Must((options, idle) => idle >= TimeSpan.FromMinutes(1) && idle <= options.Lifetime)
            .WithMessage(options =>
                $"Session:IdleTimeout is {options.IdleTimeout}; it must be at least 00:01:00 and at most Session:Lifetime, which is "
                + $"{options.Lifetime}.");
        RuleFor(options => options.LoginTimeout).InclusiveBetween(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1))
            .WithMessage("Session:LoginTimeout must be between 00:01:00 and 01:00:00.");
        RuleFor(options => options.RefreshBefore).InclusiveBetween(TimeSpan.Zero, TimeSpan.FromHours(1))
            .WithMessage("Session:RefreshBefore must be between 00:00:00 and 01:00:00.");
        RuleFor(options => options.MinimumRefreshInterval).InclusiveBetween(TimeSpan.Zero, TimeSpan.FromHours(1))
            .WithMessage("Session:MinimumRefreshInterval must be between 00:00:00 and 01:00:00.");
        RuleFor(options => options.CookieName).Matches(@"^__Host-[A-Za-z0-9_-]{1,40}\z")
            .WithMessage("Session:CookieName '{PropertyValue}' must start with __Host-, which makes browsers bind the cookie to this "
                + "host, followed by up to 40 of A-Z a-z 0-9 _ -");
        RuleFor(options => options.SameSite).Must(mode => mode is SameSiteMode.Strict or SameSiteMode.Lax)
            .WithMessage("Session:SameSite must be Strict or Lax.");
    }
}
