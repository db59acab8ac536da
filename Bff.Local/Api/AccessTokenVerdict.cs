namespace Bff.Local.Api;

/// <summary>What became of a request's access token.</summary>
internal abstract record AccessTokenVerdict
{
    public sealed record Accepted(AccessToken Token) : AccessTokenVerdict;

    /// <summary>There was none.</summary>
    public sealed record Missing : AccessTokenVerdict;

    /// <summary>RFC 6750, <c>invalid_token</c>: forged, expired, of another issuer or client, or no access token at all.</summary>
    public sealed record Invalid(string Reason) : AccessTokenVerdict;

    /// <summary>RFC 6750, <c>insufficient_scope</c>: genuine, but not for this.</summary>
    public sealed record InsufficientScope(string Required) : AccessTokenVerdict;

    /// <summary>The issuer's keys could not be read: nothing can be said about the token.</summary>
    public sealed record KeysUnavailable : AccessTokenVerdict;
}
