using System.ComponentModel;
using Bff.Oidc;
using Microsoft.AspNetCore.Mvc;

namespace Bff.SignIn;

/// <summary>What <c>GET /login</c> accepts. Everything else in the query is ignored.</summary>
internal sealed record LoginRequest(
    [property: FromQuery(Name = "returnUrl")]
    [property: Description("Where to go afterwards: a path on the first SPA origin, a URL on one of the SPA origins, or /swagger/.")]
    string? ReturnUrl,
    [property: FromQuery(Name = "prompt"), Description("none, login, consent, select_account, or several of the last three.")]
    string? Prompt,
    [property: FromQuery(Name = "loginHint"), Description("Pre-fills the user name.")]
    string? LoginHint,
    [property: FromQuery(Name = "identityProvider"), Description("The name of a federated provider to go to at once.")]
    string? IdentityProvider,
    [property: FromQuery(Name = "lang"), Description("The language of the sign-in pages, for example ja or pt-BR.")]
    string? Lang,
    [property: FromQuery(Name = "maxAge")]
    [property: Description("Seconds since the last password entry after which the identity provider must ask again.")]
    int? MaxAge)
{
    public AuthorizationHints Hints() => new(Prompt, LoginHint, IdentityProvider, Lang, MaxAge);
}
