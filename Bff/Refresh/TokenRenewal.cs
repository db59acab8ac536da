using Bff.Configuration;
using Bff.Logout;
using Bff.Oidc;
using Bff.Sessions;

namespace Bff.Refresh;

/// <summary>One refresh at the provider and what becomes of the session. The caller holds the lease.</summary>
internal sealed partial class TokenRenewal(
    SessionStore sessions, ProviderMetadata provider, TokenClient tokenClient, IdTokenValidator idTokens, SessionEnder ender, ProviderPause pause,
    OidcOptions options, TimeProvider time, ILogger<TokenRenewal> logger)
{
    private const int WriteAttempts = 3;

    public async Task<RefreshOutcome> RenewAsync(StoredSession stored)
    {
        // Signed in at another provider than the settings name now: its tokens are not for this one (RFC 9700 section 4.4).
        if (stored.Session.Issuer != options.Authority)
        {
            Log.OtherIssuer(logger, stored.Id.LogName);
            await sessions.EndAsync(stored.Id);
            return new RefreshOutcome.Ended();
        }
        var refreshToken = stored.Session.Tokens.RefreshToken!;
        if (pause.Remaining() is { } left) return new RefreshOutcome.Unavailable(stored, left);
        if (await provider.GetAsync(CancellationToken.None) is not { } metadata) return new RefreshOutcome.Unavailable(stored, pause.Failed(null));

        switch (await tokenClient.RefreshAsync(metadata, refreshToken, CancellationToken.None))
        {
            case TokenResult.Granted granted:
                pause.Succeeded();
                return await KeepAsync(stored, granted.Tokens);
            case TokenResult.Refused { Error: "invalid_grant" }:
                pause.Succeeded();
                // Whoever renewed it meanwhile, because this lease ran out, has tokens that the refusal is not about.
                if (!await sessions.EndAsync(stored) && await sessions.LoadAsync(stored.Id) is { } renewed) return new RefreshOutcome.Fresh(renewed);
                Log.Refused(logger, stored.Id.LogName);
                return new RefreshOutcome.Ended();
            // Any other refusal is about our request or our registration, not about the user's grant.
            case TokenResult.Refused:
                return new RefreshOutcome.Unavailable(stored, pause.Failed(null));
            case TokenResult.Unavailable unavailable:
                return new RefreshOutcome.Unavailable(stored, pause.Failed(unavailable.RetryAfter));
            case var unknown:
                throw new InvalidOperationException($"No such token result: {unknown}");
        }
    }

    private async Task<RefreshOutcome> KeepAsync(StoredSession stored, TokenResponse response)
    {
        var session = stored.Session;
        var verdict = response.IdToken is null ? new IdTokenVerdict.Undecided()
            : await idTokens.ValidateAsync(response.IdToken, new IdTokenExpectation(response.AccessToken, Previous: session.Tokens.IdToken), CancellationToken.None);
        if (verdict is IdTokenVerdict.Invalid invalid)
        {
            Log.IdTokenRefused(logger, stored.Id.LogName, invalid.Reason);
            await sessions.EndAsync(stored.Id);
            await ender.RevokeAsync(response.RefreshToken ?? session.Tokens.RefreshToken);
            return new RefreshOutcome.Ended();
        }

        // No ID token, or none that could be judged for want of keys: the user stays who they were, and the new tokens are
        // kept all the same, because with rotation the old refresh token is spent.
        var valid = verdict as IdTokenVerdict.Valid;
        var tokens = session.Tokens.RenewedBy(response, valid is null ? null : response.IdToken, time.GetUtcNow());
        if (await WriteAsync(stored, session with { Claims = valid?.Claims ?? session.Claims, Tokens = tokens }) is { } renewed)
        {
            Log.Renewed(logger, stored.Id.LogName);
            return new RefreshOutcome.Fresh(renewed);
        }
        // Ended while the provider was answering: it stays ended, and what has just been issued must not outlive it.
        await ender.RevokeAsync(tokens.RefreshToken);
        return new RefreshOutcome.Ended();
    }

    /// <summary>Losing this write loses the session where refresh tokens rotate, so a stumbling Redis gets more than one chance.</summary>
    private async Task<StoredSession?> WriteAsync(StoredSession stored, Session session)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await sessions.ReplaceAsync(stored, session) is { } replaced) return replaced;
                // An earlier attempt may have been carried out although its answer was lost.
                var current = await sessions.LoadAsync(stored.Id);
                return current?.Session.Tokens.AccessToken == session.Tokens.AccessToken ? current : null;
            }
            catch (Exception exception) when (attempt < WriteAttempts && RedisConnection.IsFault(exception))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500 * attempt));
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Session {Session} was renewed.")]
        public static partial void Renewed(ILogger logger, string session);

        [LoggerMessage(2, LogLevel.Information, "Session {Session} ended: the user pool no longer accepts its refresh token.")]
        public static partial void Refused(ILogger logger, string session);

        [LoggerMessage(3, LogLevel.Warning, "Session {Session} ended: it was begun at another issuer than Oidc:Authority names now.")]
        public static partial void OtherIssuer(ILogger logger, string session);

        [LoggerMessage(4, LogLevel.Warning, "Session {Session} ended: the refreshed ID token was refused: {Reason}")]
        public static partial void IdTokenRefused(ILogger logger, string session, string reason);
    }
}
