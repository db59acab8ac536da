using Bff.Oidc;
using Bff.Sessions;
using Bff.Settings;
using Bff.Storage;

namespace Bff.SignIn;

/// <summary>Turns an authorization response into a session, or says why not.</summary>
internal sealed partial class SignInCompletion(
    ProviderMetadata provider, TokenClient tokenClient, IdTokenValidator idTokens, SessionStore sessions, UserSessions index, SessionCookie cookie, SessionEnding ending, PendingSignInStore store,
    BffOptions bff, OidcOptions oidc, TimeProvider time, ILogger<SignInCompletion> logger)
{
    /// <returns>Null when the browser is signed in.</returns>
    public async Task<SignInError?> CompleteAsync(HttpContext context, AuthorizationResponse response, PendingSignInStore.Taken.Now taken, byte[] loginSecret)
    {
        // Until it is known how it ends: what nobody foresaw must not look like success when the callback comes again.
        SignInError? error = SignInError.LoginFailed;
        // From here on the sign-in is spent: a person who closes the tab must not leave tokens behind that nobody owns. So it
        // ends by itself: metadata, code and keys together take no longer than one call to the provider may.
        using var deadline = new CancellationTokenSource(oidc.BackchannelTimeout);
        try
        {
            return error = await RedeemAsync(context, response, taken.SignIn, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return error = Failed(SignInError.ProviderUnavailable, "the provider took longer than Oidc:BackchannelTimeout in all");
        }
        finally
        {
            if (error is not null) await store.RememberFailureAsync(response.State, loginSecret, taken.ReturnUrl, error);
        }
    }

    private async Task<SignInError?> RedeemAsync(
        HttpContext context, AuthorizationResponse response, PendingSignIn pending, CancellationToken cancellationToken)
    {
        // The code is not for this provider (RFC 9700 section 4.4).
        if (pending.Issuer != oidc.Authority) return Failed(SignInError.LoginFailed, "it began at another Oidc:Authority");
        if (await provider.GetAsync(cancellationToken) is not { } metadata)
            return Failed(SignInError.ProviderUnavailable, "the provider's metadata could not be read");

        var verdict = response.Judge(metadata);
        if (verdict is AuthorizationVerdict.Refused refusal)
            return refusal.IsOfTheProvider ? NotAuthorized(response, pending)
                : Failed(SignInError.LoginFailed, $"the authorization response was refused, {refusal.Error}");
        var code = ((AuthorizationVerdict.Granted)verdict).Code;
        switch (await tokenClient.RedeemAsync(metadata, code, pending.CodeVerifier, bff.RedirectUri, cancellationToken))
        {
            case TokenResult.Granted granted:
                return await JudgeAsync(context, granted.Tokens, pending, cancellationToken);
            case TokenResult.Refused:
                return SignInError.LoginFailed;
            case TokenResult.Unavailable unavailable:
                return unavailable.IsContradictory ? SignInError.LoginFailed : SignInError.ProviderUnavailable;
            case var unknown:
                throw new InvalidOperationException($"No such token result: {unknown}");
        }
    }

    private SignInError NotAuthorized(AuthorizationResponse response, PendingSignIn pending)
    {
        var error = SignInError.Of(response.Error!);
        string?[] secrets = [response.State, response.Code, pending.Nonce, pending.CodeVerifier, oidc.ClientSecret];
        var (text, description) = (ProviderText.Discreet(response.Error, secrets), ProviderText.Discreet(response.Description, secrets));
        Log.NotAuthorized(logger, error.Code, text, description);
        return error;
    }

    private SignInError Failed(SignInError error, string reason)
    {
        Log.Failed(logger, error.Code, reason);
        return error;
    }

    private async Task<SignInError?> JudgeAsync(HttpContext context, TokenResponse tokens, PendingSignIn pending, CancellationToken cancellationToken)
    {
        var isHeld = false;
        try
        {
            if (tokens.IdToken is null)
                return Failed(SignInError.LoginFailed, "the token response has no ID token; may the client request the scope openid?");
            var expected = new IdTokenExpectation(tokens.AccessToken, pending.Nonce, pending.MaxAge, pending.StartedAt);
            switch (await idTokens.ValidateAsync(tokens.IdToken, expected, cancellationToken))
            {
                case IdTokenVerdict.Valid valid:
                    await BeginSessionAsync(context, valid, tokens, pending);
                    isHeld = true;
                    return null;
                case IdTokenVerdict.Invalid invalid:
                    return Failed(SignInError.LoginFailed, $"the ID token was refused, {invalid.Reason}");
                default:
                    return Failed(SignInError.ProviderUnavailable, "the ID token's key is unknown and the keys could not be read again yet");
            }
        }
        finally
        {
            // Also after a Redis fault: tokens that no session holds must not stay alive.
            if (!isHeld) await tokenClient.RevokeAsync(oidc.Authority, tokens.RefreshToken);
        }
    }

    private async Task BeginSessionAsync(HttpContext context, IdTokenVerdict.Valid valid, TokenResponse tokens, PendingSignIn pending)
    {
        var now = time.GetUtcNow();
        var set = new TokenSet(tokens.AccessToken, tokens.RefreshToken, tokens.IdToken!, tokens.Scope ?? oidc.Scope, now, now + tokens.ExpiresIn);
        var session = new Session(SessionId.Create(), valid.Subject, oidc.Authority, valid.Claims, now, set) { LastUsed = now };
        await index.AddAsync(session, Device.Of(context.Request));
        await sessions.CreateAsync(session);
        cookie.Append(context.Response, session.Id);
        Log.SignedIn(logger, session.Id.LogName);
        if (tokens.RefreshToken is null) Log.NotRenewable(logger, session.Id.LogName, set.ExpiresAt);
        await EndFormerAsync(context, session.Id, pending);
    }

    /// <summary>The browser's former session: as /login saw it, and as the request shows it where the cookie is not Strict.</summary>
    private async Task EndFormerAsync(HttpContext context, SessionId id, PendingSignIn pending)
    {
        try
        {
            SessionId?[] former = [pending.FormerSession is { } secret ? SessionId.From(secret) : null, cookie.Read(context.Request)];
            // At once, because each may wait for a provider that does not answer.
            await Task.WhenAll(former.OfType<SessionId>().DistinctBy(old => old.Name).Select(old => ending.EndAsync(old, EndReason.SignedInAnew)));
        }
        // The new session stands; throwing it away would not end the old one either, and Redis ends that by itself.
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            Log.FormerNotEnded(logger, id.LogName, RedisFaults.Cause(exception));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Session {Session} began.")]
        public static partial void SignedIn(ILogger logger, string session);

        [LoggerMessage(2, LogLevel.Warning, "A sign-in came back without a code ({Code})."
            + " The provider's text: error \"{Error}\", error_description \"{Description}\".")]
        public static partial void NotAuthorized(ILogger logger, string code, string error, string description);

        [LoggerMessage(3, LogLevel.Warning, "The session before session {Session} could not be ended and lives until its limits: {Reason}")]
        public static partial void FormerNotEnded(ILogger logger, string session, string reason);

        [LoggerMessage(4, LogLevel.Warning, "A sign-in failed ({Code}): {Reason}.")]
        public static partial void Failed(ILogger logger, string code, string reason);

        [LoggerMessage(5, LogLevel.Warning, "Session {Session} has no refresh token and ends with its access token at {ExpiresAt:u}."
            + " If the provider issues refresh tokens for offline_access, add it to Oidc:Scope; not with Cognito.")]
        public static partial void NotRenewable(ILogger logger, string session, DateTimeOffset expiresAt);
    }
}
