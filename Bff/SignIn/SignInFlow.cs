using Bff.Oidc;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.SignIn;

/// <summary>Turns an authorization response into a session: redeem the code, judge the tokens, begin the session.</summary>
internal sealed partial class SignInFlow(
    ProviderMetadata provider, TokenClient tokenClient, SignedTokens signedTokens, SessionBeginning beginning, OidcOptions oidc,
    ILogger<SignInFlow> logger)
{
    public async Task<SignInResult> CompleteAsync(AuthorizationResponse response, PendingSignIn pending, SignInBrowser browser)
    {
        // The sign-in is spent, so it is not cancelled with the request: a closed tab must not leave tokens behind that no session holds.
        using var deadline = new CancellationTokenSource(oidc.BackchannelTimeout);
        try
        {
            return await RunAsync(response, pending, browser, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return Failed(SignInError.ProviderUnavailable, "the provider took longer than Oidc:BackchannelTimeout in all");
        }
    }

    private async Task<SignInResult> RunAsync(
        AuthorizationResponse response, PendingSignIn pending, SignInBrowser browser, CancellationToken cancellationToken)
    {
        // The code is not for this provider (RFC 9700 section 4.4).
        if (pending.Issuer != oidc.Authority) return Failed(SignInError.LoginFailed, "it began at another Oidc:Authority");
        if (await provider.GetAsync(cancellationToken) is not { } metadata)
            return Failed(SignInError.ProviderUnavailable, "the provider's metadata could not be read");

        return response.Judge(metadata) switch
        {
            AuthorizationVerdict.Granted granted => await RedeemAsync(metadata, granted.Code, pending, browser, cancellationToken),
            AuthorizationVerdict.Denied denied => Denied(denied.Error, response, pending),
            AuthorizationVerdict.Refused refused =>
                Failed(SignInError.LoginFailed, $"the authorization response was refused, {refused.Reason}"),
            var unknown => throw new InvalidOperationException($"No such verdict: {unknown}"),
        };
    }

    private async Task<SignInResult> RedeemAsync(
        OpenIdConnectConfiguration metadata, AuthorizationCode code, PendingSignIn pending, SignInBrowser browser,
        CancellationToken cancellationToken)
    {
        // Refusals are logged by the client.
        switch (await tokenClient.RedeemAsync(metadata, code, pending.CodeVerifier, pending.RedirectUri, cancellationToken))
        {
            case TokenResult.Granted granted:
                return await BeginOrRevokeAsync(granted.Tokens, pending, browser, cancellationToken);
            case TokenResult.Refused:
                return new SignInResult.Failed(SignInError.LoginFailed);
            case TokenResult.Unavailable unavailable:
                await tokenClient.RevokeAsync(unavailable.RefreshToken);
                return new SignInResult.Failed(unavailable.IsContradictory ? SignInError.LoginFailed : SignInError.ProviderUnavailable);
            case var unknown:
                throw new InvalidOperationException($"No such token result: {unknown}");
        }
    }

    private async Task<SignInResult> BeginOrRevokeAsync(
        TokenResponse tokens, PendingSignIn pending, SignInBrowser browser, CancellationToken cancellationToken)
    {
        SignInResult? result = null;
        try
        {
            return result = await BeginAsync(tokens, pending, browser, cancellationToken);
        }
        finally
        {
            // Also after a Redis fault: tokens that no session holds must not stay alive.
            if (result is not SignInResult.SignedIn) await tokenClient.RevokeAsync(tokens.RefreshToken);
        }
    }

    private async Task<SignInResult> BeginAsync(
        TokenResponse tokens, PendingSignIn pending, SignInBrowser browser, CancellationToken cancellationToken)
    {
        if (tokens.IdToken is null)
            return Failed(SignInError.LoginFailed, "the token response has no ID token; may the client request the scope openid?");

        var expected = new IdTokenExpectation.AtSignIn(tokens.AccessToken, pending.Nonce, pending.StartedAt, pending.MaxAge);
        switch (await signedTokens.JudgeAsync(tokens.IdToken, expected, cancellationToken))
        {
            case Verdict<IdToken>.Accepted accepted:
                var id = await beginning.BeginAsync(accepted.Value, tokens, browser, pending);
                return new SignInResult.SignedIn(id);
            case Verdict<IdToken>.Refused refused:
                return Failed(SignInError.LoginFailed, $"the ID token was refused, {refused.Reason}");
            case Verdict<IdToken>.Undecided:
                return Failed(SignInError.ProviderUnavailable, "the ID token's key is unknown and the keys could not be read again yet");
            case var unknown:
                throw new InvalidOperationException($"No such verdict: {unknown}");
        }
    }

    private SignInResult.Failed Denied(string providerError, AuthorizationResponse response, PendingSignIn pending)
    {
        var error = SignInError.Of(providerError);
        string?[] secrets = [response.State, response.Code, pending.Nonce, pending.CodeVerifier, .. tokenClient.Credentials];
        var text = ProviderText.WithoutSecrets(providerError, secrets);
        Log.NotAuthorized(logger, error.Code, text, ProviderText.WithoutSecrets(response.Description, secrets));
        return new SignInResult.Failed(error);
    }

    private SignInResult.Failed Failed(SignInError error, string reason)
    {
        Log.Failed(logger, error.Code, reason);
        return new SignInResult.Failed(error);
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Warning, "sign_in_failed: A sign-in came back without a code ({Code})."
            + " The provider's text: error \"{Error}\", error_description \"{Description}\".")]
        public static partial void NotAuthorized(ILogger logger, string code, string error, string description);

        [LoggerMessage(4, LogLevel.Warning, "sign_in_failed: A sign-in failed ({Code}): {Reason}.")]
        public static partial void Failed(ILogger logger, string code, string reason);
    }
}
