using System.ComponentModel;

namespace Bff.Sessions;

/// <summary>Who is signed in, as the SPA sees it: never a token, never the cookie's value.</summary>
internal sealed record MeResponse(
    [property: Description("The user's identifier at the identity provider. Key users on this, not on the e-mail.")] string Sub,
    [property: Description("The ID token's claims about the user.")] UserClaims Claims,
    SessionTimes Session,
    AccessTokenState AccessToken)
{
    public static MeResponse Of(Session session, SessionOptions options) => new(
        session.Subject,
        session.Claims,
        new SessionTimes(session.Id.Name, session.CreatedAt, session.IdleExpiresAt(options), session.ExpiresAt(options)),
        AccessTokenState.Of(session));
}

internal sealed record SessionTimes(
    [property: Description("Names the session; it is not the cookie's value.")] string Id,
    [property: Description("When the user signed in.")] DateTimeOffset CreatedAt,
    [property: Description("When the session ends if it is not used.")] DateTimeOffset IdleExpiresAt,
    [property: Description("When the session ends at the latest.")] DateTimeOffset ExpiresAt);

internal sealed record AccessTokenState(
    [property: Description("When the access token expires; it is renewed when it is used near that time.")] DateTimeOffset ExpiresAt,
    [property: Description("What the access token permits, separated by spaces.")] string Scope,
    [property: Description("Whether it can be renewed: false where the identity provider gave no refresh token.")] bool Renewable)
{
    public static AccessTokenState Of(Session session) =>
        new(session.Tokens.ExpiresAt, session.Tokens.Scope, session.Tokens.RefreshToken is not null);
}
