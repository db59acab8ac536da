using System.Net;
using FluentValidation;

namespace Bff.Settings;

/// <summary>Where the BFF stands and who may call it: section <c>Bff</c>.</summary>
internal sealed class BffOptions
{
    public const string Section = "Bff";

    /// <summary>Where browsers reach the BFF. https, or http on loopback. Never derived from a request.</summary>
    /// <value>An origin without a path; required.</value>
    public string PublicUrl { get; set; } = "";

    /// <summary>The origins that may call the BFF and be returned to.</summary>
    /// <value>At least one, exactly as a browser sends it; the first is home.</value>
    public string[] SpaOrigins { get; set; } = [];

    /// <summary>
    /// Where the provider sends the browser after signing out: Cognito's <c>logout_uri</c>, OpenID Connect's
    /// <c>post_logout_redirect_uri</c>.
    /// </summary>
    /// <value>The first SPA origin + <c>/</c> unless set.</value>
    public string? SignedOutUrl { get; set; }

    /// <summary>The port of health and operation, never served on the public port.</summary>
    /// <value>9090 unless set.</value>
    public int ManagementPort { get; set; } = 9090;

    /// <summary>Bearer key of <c>POST /revocations</c> on the management port; without it that endpoint does not exist.</summary>
    /// <value>None unless set; at least 16 characters.</value>
    public string? ManagementKey { get; set; }

    /// <summary>While the key changes: the one before, which is accepted as well.</summary>
    /// <value>None unless set; at least 16 characters.</value>
    public string? PreviousManagementKey { get; set; }

    /// <summary>Swagger UI and <c>/openapi.yaml</c> on the public port.</summary>
    /// <value>true unless set.</value>
    public bool Swagger { get; set; } = true;

    /// <summary>
    /// Addresses or networks (CIDR) whose <c>X-Forwarded-For</c> is believed: for the limits per client address and for the
    /// <c>X-Forwarded-For</c> that the API gets, no more.
    /// </summary>
    /// <value>None unless set.</value>
    public string[] KnownProxies { get; set; } = [];

    /// <summary>How long an instance still serves after SIGTERM, while it is not ready: load balancers need time to notice.</summary>
    /// <value>Zero unless set; at most 5 minutes.</value>
    public TimeSpan ShutdownDelay { get; set; }

    /// <summary>The BFF's own origin.</summary>
    public string PublicOrigin => PublicUrl.TrimEnd('/');

    /// <summary>The <c>redirect_uri</c> to register at the provider.</summary>
    public string RedirectUri => PublicOrigin + "/callback";

    public string Home => SpaOrigins[0] + "/";

    public string SignedOut => SignedOutUrl ?? Home;

    /// <summary>Where a sign-out ends that a page of this origin asked for: Swagger UI gets its user back.</summary>
    public string SignedOutFrom(string? origin) =>
        Swagger && origin == PublicOrigin && !SpaOrigins.Contains(origin) ? PublicOrigin + "/swagger/" : SignedOut;

    public bool IsAllowedOrigin(string origin) => origin == PublicOrigin || SpaOrigins.Contains(origin, StringComparer.Ordinal);
}

internal sealed class BffOptionsValidator : AbstractValidator<BffOptions>
{
    public BffOptionsValidator()
    {
        RuleFor(options => options.PublicUrl).Cascade(CascadeMode.Stop)
            .NotEmpty().WithMessage("Bff:PublicUrl is missing. Set it to the origin where browsers reach the BFF, for example "
                + "https://bff.example.com; register it + /callback at the provider.")
            .Must(url => Origin.IsExact(url.TrimEnd('/')))
                .WithMessage("Bff:PublicUrl '{PropertyValue}' is not an origin. Write scheme, host and port only, in lower case and "
                + "without a path, for example https://bff.example.com.")
            .Must(url => Origin.IsSecure(Origin.Parse(url)!))
                .WithMessage("Bff:PublicUrl '{PropertyValue}' must be https; http is for loopback (http://localhost:5000) only, "
                + "because browsers refuse the BFF's cookies elsewhere.");
        RuleFor(options => options.SpaOrigins)
            .NotEmpty().WithMessage("Bff:SpaOrigins is missing. Set Bff:SpaOrigins:0 to the origin of the single-page app, for example "
                + "https://app.example.com.");
        RuleForEach(options => options.SpaOrigins).Cascade(CascadeMode.Stop)
            .Must(Origin.IsExact).WithMessage("Bff:SpaOrigins:{CollectionIndex} '{PropertyValue}' is not an exact origin. Write it as "
                + "browsers send it: scheme, host and port, in lower case, no path and no slash at the end, for example "
                + "https://app.example.com.")
            .Must(origin => Origin.IsSecure(Origin.Parse(origin)!))
                .WithMessage("Bff:SpaOrigins:{CollectionIndex} '{PropertyValue}' must be https; http is for loopback only.");
        RuleFor(options => options.SignedOutUrl)
            .Must(url => url is null || (Origin.Parse(url) is { } uri && Origin.IsSecure(uri)))
            .WithMessage("Bff:SignedOutUrl '{PropertyValue}' must be an absolute https URL (http on loopback) that is registered at "
                + "the provider as a sign-out URL.");
        RuleFor(options => options.ManagementPort).InclusiveBetween(1, 65535)
            .WithMessage("Bff:ManagementPort must be between 1 and 65535, and another port than the public one.");
        RuleFor(options => options.ManagementKey).MinimumLength(16)
            .WithMessage("Bff:ManagementKey is shorter than 16 characters. Make one with: openssl rand -hex 32");
        RuleFor(options => options.PreviousManagementKey).MinimumLength(16)
            .WithMessage("Bff:PreviousManagementKey is shorter than 16 characters. Set it to the former Bff:ManagementKey, or remove it.")
            .Must((options, key) => key is null || options.ManagementKey is not null)
            .WithMessage("Bff:PreviousManagementKey is set without Bff:ManagementKey. Set Bff:ManagementKey to the new key.");
        RuleFor(options => options.ShutdownDelay).InclusiveBetween(TimeSpan.Zero, TimeSpan.FromMinutes(5))
            .WithMessage("Bff:ShutdownDelay must be between 00:00:00 and 00:05:00.");
        RuleForEach(options => options.KnownProxies).Must(proxy => IPAddress.TryParse(proxy, out _) || IPNetwork.TryParse(proxy, out _))
            .WithMessage("Bff:KnownProxies:{CollectionIndex} '{PropertyValue}' is neither an address (10.0.0.7) nor a network "
                + "(10.0.0.0/8).");
    }
}
