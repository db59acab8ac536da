using Bff.Oidc;
using Bff.Operations;
using Bff.Sessions;
using Bff.Storage;

namespace Bff.SignIn;

/// <summary>Begins the session of a sign-in and ends the browser's former one.</summary>
internal sealed partial class SessionBeginning(
    SessionStore sessions, UserSessions index, SessionEnding ending, OidcOptions oidc, TimeProvider time, Telemetry telemetry,
    ILogger<SessionBeginning> logger)
{
    public async Task<SessionId> BeginAsync(IdToken idToken, TokenResponse tokens, SignInBrowser browser, PendingSignIn pending)
    {
        var now = time.GetUtcNow();
        var set = new TokenSet(
            tokens.AccessToken, tokens.RefreshToken, oidc.IsCognito ? null : tokens.IdToken, tokens.Scope ?? oidc.Scope, now, now
                + tokens.ExpiresIn);
        var session = new Session(
            SessionId.Create(), idToken.Subject, oidc.Authority, pending.Nonce, UserClaims.Of(idToken.Claims), now, set)
        { LastUsed = now };
        await Task.WhenAll(index.AddAsync(session, browser.Device), sessions.CreateAsync(session));
        telemetry.SessionBegan();
        Log.SignedIn(logger, session.Id.LogName, ProviderText.Printable(session.Subject));
        if (tokens.RefreshToken is null) Log.NotRenewable(logger, session.Id.LogName, set.ExpiresAt);

        await EndFormerAsync(session.Id, browser.Session, pending.FormerSession is { } secret ? SessionId.From(secret) : null);
        return session.Id;
    }

    private async Task EndFormerAsync(SessionId current, params IEnumerable<SessionId?> former)
    {
        try
        {
            // In parallel, because each may wait for a provider that does not answer.
            await Task.WhenAll(former.OfType<SessionId>().DistinctBy(id => id.Name)
                .Select(id => ending.EndAsync(id, EndReason.SignedInAnew)));
        }
        // The new session is valid. The former one ends by its limits.
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            Log.FormerNotEnded(logger, current.LogName, RedisFaults.Cause(exception));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "signed_in: Session {Session} of user {Sub} began.")]
        public static partial void SignedIn(ILogger logger, string session, string sub);

        [LoggerMessage(3, LogLevel.Warning,
            "The session before session {Session} could not be ended and lives until its limits: {Reason}")]
        public static partial void FormerNotEnded(ILogger logger, string session, string reason);

        [LoggerMessage(5, LogLevel.Warning, "Session {Session} has no refresh token and ends with its access token at {ExpiresAt:u}."
            + " If the provider issues refresh tokens for offline_access, add it to Oidc:Scope; not with Cognito.")]
        public static partial void NotRenewable(ILogger logger, string session, DateTimeOffset expiresAt);
    }
}
