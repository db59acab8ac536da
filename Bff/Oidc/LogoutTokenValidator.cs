namespace Bff.Oidc;

/// <summary>Judges logout tokens (OpenID Connect Back-Channel Logout 2.6), but for their replay, which needs a memory.</summary>
internal sealed class LogoutTokenValidator(SignedTokens tokens, OidcOptions options, TimeProvider time)
{
    public async Task<LogoutTokenVerdict> ValidateAsync(string logoutToken, CancellationToken cancellationToken) =>
        await tokens.VerifyAsync(logoutToken, cancellationToken) switch
        {
            SignedTokenVerdict.Genuine genuine => LogoutToken.Judge(genuine.Token, options, time.GetUtcNow()),
            SignedTokenVerdict.Invalid invalid => new LogoutTokenVerdict.Invalid(invalid.Reason),
            SignedTokenVerdict.Untimely untimely => new LogoutTokenVerdict.Invalid(untimely.Reason),
            SignedTokenVerdict.Undecided { Token: { } token } when LogoutToken.Judge(token, options, time.GetUtcNow()) is LogoutTokenVerdict.Invalid fault => fault,
            SignedTokenVerdict.Undecided => new LogoutTokenVerdict.Undecided(),
            var unknown => throw new InvalidOperationException($"No such verdict: {unknown}"),
        };
}
