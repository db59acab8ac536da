using System.ComponentModel;
using Bff.Oidc;
using Microsoft.AspNetCore.Mvc;

namespace Bff.SignIn;

/// <summary>What <c>GET /login</c> accepts. Everything else in the query is ignored.</summary>
internal sealed record LoginRequest
{
    [FromQuery(Name = "returnUrl")]
    [Description("Where to go afterwards: a path on the first SPA origin, a URL on one of the SPA origins, or /swagger/.")]
    public string? ReturnUrl { get; init; }

    [FromQuery(Name = "prompt"), Description("none, login, consent, select_account, or several of the last three.")]
    public string? Prompt { get; init; }

    [FromQuery(Name = "loginHint"), Description("Pre-fills the user name.")]
    public string? LoginHint { get; init; }

    [FromQuery(Name = "identityProvider"), Description("The name of a federated provider to go to at once.")]
    public string? IdentityProvider { get; init; }

    [FromQuery(Name = "lang"), Description("The language of the sign-in pages, for example ja or pt-BR.")]
    public string? Lang { get; init; }

    [FromQuery(Name = "maxAge")]
    [Description("Seconds since the last password entry after which the identity provider must ask again.")]
    public int? MaxAge { get; init; }

    public AuthorizationHints Hints() => new(Prompt, LoginHint, IdentityProvider, Lang, MaxAge);
}
