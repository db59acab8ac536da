using System.Text.Json.Nodes;
using Bff.Oidc;
using Bff.Sessions;
using Bff.Storage;

namespace Bff.Refresh;

/// <summary>What becomes of the tokens that a refresh brought, and of the session they are for.</summary>
internal sealed partial class RenewedTokens(
    SessionStore sessions, SessionEvents events, IdTokenValidator idTokens, SessionEnder ender, TimeProvider time, ILogger<RenewedTokens> logger)
{
    /// <summary>Longer than Redis needs to be started again or to fail over, and within the lease.</summary>
    private static readonly TimeSpan WriteDeadline = TimeSpan.FromSeconds(20), BetweenWrites = TimeSpan.FromMilliseconds(250);

    /// <param name="flight">Is told when Redis did not take the tokens at once.</param>
    /// <returns>Null when nothing was decided: Redis did not end a session whose ID token was refused.</returns>
    public async Task<RefreshOutcome?> KeepAsync(StoredSession stored, TokenResponse response, RefreshFlight flight)
    {
        var session = stored.Session;
        var verdict = response.IdToken is null ? new IdTokenVerdict.Undecided()
            : await idTokens.ValidateAsync(response.IdToken, new IdTokenExpectation(response.AccessToken, Previous: session.Tokens.IdToken), CancellationToken.None);
        // One instance's clock must not sign people out: the token came from the provider itself, and nothing else is wrong with it.
        if (verdict is IdTokenVerdict.Invalid { MayBeTheClock: true } untimely) Log.Untimely(logger, stored.Id.LogName, untimely.Reason);
        else if (verdict is IdTokenVerdict.Invalid invalid) return await RefuseAsync(stored, response, invalid.Reason);

        // No ID token, or none that could be judged for want of keys or of the right time: the user stays who they were, and the new tokens are
        // kept all the same, because with rotation the old refresh token is spent.
        var valid = verdict as IdTokenVerdict.Valid;
        var tokens = session.Tokens.RenewedBy(response, valid is null ? null : response.IdToken, time.GetUtcNow());
        var authTimeMoved = session.AuthTimeMoved || HasMoved(session.Claims["auth_time"], valid?.Claims["auth_time"]);
        var next = session with { Claims = valid?.Claims ?? session.Claims, Tokens = tokens, AuthTimeMoved = authTimeMoved };
        if (await WriteAsync(stored, next, flight) is { } renewed)
        {
            Log.Renewed(logger, stored.Id.LogName);
            if (authTimeMoved && !session.AuthTimeMoved) Log.AuthTimeMoved(logger, stored.Id.LogName);
            await events.TellAsync(new SessionEvent(stored.Id.Name, SessionEvent.Refreshed));
            return new RefreshOutcome.Fresh(renewed);
        }
        return await OvertakenAsync(stored, tokens.RefreshToken);
    }

    /// <summary>Core 12.2 forbids it to the provider. One that is absent says nothing.</summary>
    private static bool HasMoved(JsonNode? before, JsonNode? after) =>
        before is not null && after is not null && !JsonNode.DeepEquals(before, after);

    /// <summary>Of an answer that is otherwise unusable: where refresh tokens rotate, the one before is spent.</summary>
    /// <returns>The session as it is now; null when it has ended.</returns>
    public async Task<StoredSession?> KeepRefreshTokenAsync(StoredSession stored, string refreshToken, RefreshFlight flight)
    {
        var tokens = stored.Session.Tokens;
        if (refreshToken == tokens.RefreshToken) return stored;
        if (await WriteAsync(stored, stored.Session with { Tokens = tokens with { RefreshToken = refreshToken, Renewals = tokens.Renewals + 1 } }, flight) is { } kept) return kept;
        if (await sessions.LoadAsync(stored.Id) is { } current) return current;
        await ender.RevokeAsync(refreshToken);
        return null;
    }

    /// <summary>As with <c>invalid_grant</c>.</summary>
    private async Task<RefreshOutcome?> RefuseAsync(StoredSession stored, TokenResponse response, string fault)
    {
        var refreshToken = response.RefreshToken ?? stored.Session.Tokens.RefreshToken;
        if (!await sessions.EndAsync(stored, EndReason.NotRenewed)) return await OvertakenAsync(stored, refreshToken);
        Log.IdTokenRefused(logger, stored.Id.LogName, fault);
        await ender.RevokeAsync(refreshToken);
        return new RefreshOutcome.Ended();
    }

    /// <summary>
    /// The session is no longer what was read. Ended while the provider was answering, it stays ended, and what has just been issued
    /// must not outlive it. Renewed by another holder, it has tokens of the same sign-in, which a revocation would kill too.
    /// </summary>
    private async Task<RefreshOutcome?> OvertakenAsync(StoredSession stored, string? issued)
    {
        // Unchanged after all: Redis did not get to it.
        if (await sessions.LoadAsync(stored.Id) is { } current) return current.Version == stored.Version ? null : new RefreshOutcome.Fresh(current);
        await ender.RevokeAsync(issued);
        return new RefreshOutcome.Gone();
    }

    /// <summary>Losing this write loses the session where refresh tokens rotate, so a stumbling Redis gets more than one chance.</summary>
    private async Task<StoredSession?> WriteAsync(StoredSession stored, Session session, RefreshFlight flight)
    {
        using var deadline = new CancellationTokenSource(WriteDeadline);
        while (true)
        {
            Exception fault;
            try
            {
                if (await sessions.ReplaceAsync(stored, session) is { } replaced) return replaced;
                var current = await sessions.LoadAsync(stored.Id);
                // An earlier attempt may have been carried out although its answer was lost.
                if (current?.Session.Tokens is { } found && (found.AccessToken, found.RefreshToken) == (session.Tokens.AccessToken, session.Tokens.RefreshToken)) return current;
                if (current is null || IsOvertaken(stored, current)) return null;
                stored = current;
                fault = new TimeoutException("Redis did not compare the record with what was read.");
            }
            catch (Exception exception) when (RedisConnection.IsFault(exception))
            {
                fault = exception;
            }
            flight.Stumble(fault);
            if (deadline.IsCancellationRequested)
            {
                Log.NotKept(logger, stored.Id.LogName, RedisFaults.Cause(fault));
                throw new StoreUnavailableException("The renewed session could not be written.", fault);
            }
            await Task.Delay(BetweenWrites);
        }
    }

    /// <summary>
    /// Whether another has renewed the session. What still is as it was read says that Redis, moving or standing still, did not get to
    /// the write; what is older was set back by a failover. Where refresh tokens rotate, the tokens of both are spent.
    /// </summary>
    private static bool IsOvertaken(StoredSession read, StoredSession current) =>
        current.Version != read.Version && current.Session.Tokens.Renewals >= read.Session.Tokens.Renewals;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Session {Session} was renewed.")]
        public static partial void Renewed(ILogger logger, string session);

        [LoggerMessage(2, LogLevel.Warning, "The ID token that came with the refresh of session {Session} was refused: {Fault}")]
        public static partial void IdTokenRefused(ILogger logger, string session, string fault);

        [LoggerMessage(4, LogLevel.Warning, "The ID token that came with the refresh of session {Session} is not of this time ({Fault}); the session goes on as it was. Is the clock of this machine right?")]
        public static partial void Untimely(ILogger logger, string session, string fault);

        [LoggerMessage(5, LogLevel.Warning, "The ID token that came with a refresh of session {Session} has another auth_time " +
            "than the one before. The provider must keep the time of the sign-in (OpenID Connect Core 12.2); the session is kept. It is logged once a session.")]
        public static partial void AuthTimeMoved(ILogger logger, string session);

        [LoggerMessage(3, LogLevel.Error, "The renewed tokens of session {Session} are lost, because Redis did not take them in time; where refresh tokens rotate, the session ends with them: {Fault}")]
        public static partial void NotKept(ILogger logger, string session, string fault);
    }
}
