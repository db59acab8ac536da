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
        try
        {
            return error = await RedeemAsync(context, response, taken.SignIn, loginSecret);
        }
        finally
        {
            if (error is not null) await store.RememberFailureAsync(response.State, loginSecret, taken.ReturnUrl, error);
        }
    }

    private async Task<SignInError?> RedeemAsync(HttpContext context, AuthorizationResponse response, PendingSignIn pending, byte[] loginSecret)
    {
        // Begun at another provider than the settings name now: the code is not for this one (RFC 9700 section 4.4).
        if (pending.Issuer != oidc.Authority)
        {
            Log.OtherIssuer(logger);
            return SignInError.LoginFailed;
        }
        // From here on the sign-in is spent: a person who closes the tab must not leave tokens behind that nobody owns. So it
        // ends by itself: metadata, code and keys together take no longer than one call to the provider may.
        using var deadline = new CancellationTokenSource(oidc.BackchannelTimeout);
        try
        {
            return await RedeemAsync(context, response, pending, loginSecret, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            Log.OutOfTime(logger);
            return SignInError.ProviderUnavailable;
        }
    }

    private async Task<SignInError?> RedeemAsync(HttpContext context, AuthorizationResponse response, PendingSignIn pending, byte[] loginSecret, CancellationToken cancellationToken)
    {
        if (await provider.GetAsync(cancellationToken) is not { } metadata) return SignInError.ProviderUnavailable;

        var verdict = response.Judge(metadata);
        if (verdict is AuthorizationVerdict.Refused refusal)
        {
            var error = SignInError.Of(refusal.Error);
            Log.NotAuthorized(logger, error.Code);
            return error;
        }
        var code = ((AuthorizationVerdict.Granted)verdict).Code;
        switch (await tokenClient.RedeemAsync(metadata, code, pending.CodeVerifier, bff.RedirectUri, cancellationToken))
        {
            case TokenResult.Granted granted:
                return await JudgeAsync(context, granted.Tokens, pending, loginSecret, cancellationToken);
            case TokenResult.Refused:
                return SignInError.LoginFailed;
            case TokenResult.Unavailable unavailable:
                return SignInError.ProviderUnavailable;
            case var unknown:
                throw new InvalidOperationException($"No such token result: {unknown}");
        }
    }

    private async Task<SignInError?> JudgeAsync(HttpContext context, TokenResponse tokens, PendingSignIn pending, byte[] loginSecret, CancellationToken cancellationToken)
    {
        var signedIn = false;
        try
        {
            if (tokens.IdToken is null) return SignInError.LoginFailed;
            switch (await idTokens.ValidateAsync(tokens.IdToken, new IdTokenExpectation(tokens.AccessToken, pending.Nonce, pending.MaxAge, pending.StartedAt), cancellationToken))
            {
                case IdTokenVerdict.Valid valid:
                    signedIn = await BeginSessionAsync(context, valid, tokens, pending, loginSecret);
                    return signedIn ? null : SignInError.LoginFailed;
                case IdTokenVerdict.Invalid invalid:
                    Log.IdTokenRefused(logger, invalid.Reason);
                    return SignInError.LoginFailed;
                default:
                    return SignInError.ProviderUnavailable;
            }
        }
        finally
        {
            // Also when Redis failed: tokens that no session holds must not stay alive.
            if (!signedIn) await tokenClient.RevokeAsync(oidc.Authority, tokens.RefreshToken);
        }
    }

    private async Task<bool> BeginSessionAsync(HttpContext context, IdTokenVerdict.Valid valid, TokenResponse tokens, PendingSignIn pending, byte[] loginSecret)
    {
        var now = time.GetUtcNow();
        var set = new TokenSet(tokens.AccessToken, tokens.RefreshToken, tokens.IdToken!, tokens.Scope ?? oidc.Scope, now, now + tokens.ExpiresIn);
        var session = new Session(SessionId.Create(), valid.Subject, oidc.Authority, valid.Claims, now, set) { LastUsed = now };
        await index.AddAsync(session, Device.Of(context.Request));
        await sessions.CreateAsync(session);
        cookie.Append(context.Response, session.Id);
        Log.SignedIn(logger, session.Id.LogName);

        await EndFormerAsync(context, session.Id, pending);
        return true;
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
            Log.FormerNotEnded(logger, id.LogName, exception.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Session {Session} began.")]
        public static partial void SignedIn(ILogger logger, string session);

        [LoggerMessage(2, LogLevel.Information, "A sign-in came back without a code: {Error}")]
        public static partial void NotAuthorized(ILogger logger, string error);

        [LoggerMessage(3, LogLevel.Warning, "The session before session {Session} could not be ended and lives until its limits: {Reason}")]
        public static partial void FormerNotEnded(ILogger logger, string session, string reason);

        [LoggerMessage(6, LogLevel.Warning, "A sign-in was refused: it was begun at another issuer than Oidc:Authority names now.")]
        public static partial void OtherIssuer(ILogger logger);

        [LoggerMessage(4, LogLevel.Warning, "An ID token was refused: {Reason}")]
        public static partial void IdTokenRefused(ILogger logger, string reason);

        [LoggerMessage(5, LogLevel.Warning, "A sign-in was given up: the provider took longer than Oidc:BackchannelTimeout in all.")]
        public static partial void OutOfTime(ILogger logger);
    }
}
