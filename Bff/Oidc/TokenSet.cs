namespace Bff.Oidc;

/// <summary>The tokens of one session. They are never printed.</summary>
/// <param name="IdTokenHint">The ID token, kept where signing out at the provider needs it: null with Cognito.</param>
/// <param name="IssuedAt">When they came, by this machine's clock.</param>
/// <param name="ExpiresAt">When the access token expires, by this machine's clock.</param>
internal sealed record TokenSet(
    string AccessToken, string? RefreshToken, string? IdTokenHint, string Scope, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>
    /// The tokens after a refresh. What the answer leaves out stays: Cognito sends no refresh token unless rotation is on (RFC 6749
    /// section 6).
    /// </summary>
    public TokenSet RenewedBy(TokenResponse response, string? idToken, DateTimeOffset now) => new(
        response.AccessToken, response.RefreshToken ?? RefreshToken,
        IdTokenHint is null ? null : idToken ?? IdTokenHint, response.Scope ?? Scope,
        now, now + response.ExpiresIn);

    public override string ToString() => nameof(TokenSet);
}
