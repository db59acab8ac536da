using Bff.Oidc;
using Bff.Sessions;

namespace Bff.Refresh;

/// <summary>One refresh at the provider, by the holder of the lease, and what its answer means for the session.</summary>
internal sealed partial class TokenRenewal(
    SessionStore sessions, ProviderMetadata provider, TokenClient tokenClient, RenewedTokens renewedTokens, ProviderBreaker breaker, RefreshQuota quota,
    OidcOptions options, TimeProvider time, ILogger<TokenRenewal> logger)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the write of a holder that was given up for dead is looked for: it may only have been slow, and its answer still be under way.</summary>
    private TimeSpan LateWrite => options.BackchannelTimeout + TimeSpan.FromSeconds(1);

    /// <summary>How long a refresh would be refused at present for the provider's sake; null when it would be tried.</summary>
    public TimeSpan? Refuses() => breaker.Remaining() ?? (quota.IsExhausted ? RefreshQuota.RetryAfter : null);

    /// <param name="isDemanded">Whether a place in the queue is waited for although the access token still is valid.</param>
    /// <param name="flight">Is told when what came could not be written at once.</param>
    /// <returns>Null when nothing was decided: the lease was lost to another instance, or Redis did not end the session.</returns>
    public async Task<RefreshOutcome?> RenewAsync(StoredSession stored, RefreshLock.Lease lease, bool isDemanded, RefreshFlight flight)
    {
        // Signed in at another provider than the settings name now: its tokens are not for this one (RFC 9700 section 4.4).
        if (stored.Session.Issuer != options.Authority)
        {
            if (await sessions.EndAsync(stored.Id, EndReason.NotRenewed) is null) return new RefreshOutcome.Gone();
            Log.OtherIssuer(logger, stored.Id.LogName);
            return new RefreshOutcome.Ended();
        }
        if (breaker.Remaining() is { } left) return new RefreshOutcome.Unavailable(stored, left);
        var mayQueue = isDemanded || HasExpired(stored);
        using var place = await quota.TakeAsync(mayQueue ? options.BackchannelTimeout : TimeSpan.Zero);
        if (place is null) return new RefreshOutcome.Unavailable(stored, RefreshQuota.RetryAfter);
        var metadata = await provider.GetAsync(CancellationToken.None);
        // Waiting may have taken longer than others believe in a holder that shows no life: what they have spent must not be sent again (RFC 9700 section 4.14.2).
        if (!await lease.IsHeldAsync() || lease.WasLost) return null;
        using var call = breaker.TryBegin(out var wait);
        if (call is null) return new RefreshOutcome.Unavailable(stored, wait);
        if (metadata is null) return new RefreshOutcome.Unavailable(stored, call.Failed());

        switch (await tokenClient.RefreshAsync(metadata, stored.Session.Tokens.RefreshToken!, CancellationToken.None))
        {
            case TokenResult.Granted granted:
                call.Answered();
                return await renewedTokens.KeepAsync(stored, granted.Tokens, flight);
            case TokenResult.Refused refused
                when refused.Error == TokenError.InvalidGrant || (HasExpired(stored) && DemandsTheUser(refused.Error)):
                call.Answered();
                return await EndAsync(stored, lease, refused.Error);
            // As good as invalid_grant once nothing serves the session any more: it would be neither renewed nor ended.
            case TokenResult.Unavailable { IsOfThisRequest: true, MayBeInvalidGrant: true } when HasExpired(stored):
                call.Answered();
                return await EndAsync(stored, lease, TokenError.InvalidGrant);
            // Any other refusal is about this request, this user or our registration, not the end of the grant; and the provider is well:
            // one user's trouble is no reason to leave it alone for all.
            case TokenResult.Refused:
                call.Answered();
                return new RefreshOutcome.Unavailable(stored, Errors.Problem.DefaultRetryAfter);
            case TokenResult.Unavailable unavailable:
                var pause = unavailable.IsOfThisRequest ? Answered(call) : call.Failed(unavailable.IsThrottled, unavailable.RetryAfter);
                var kept = unavailable.RefreshToken is { } next ? await renewedTokens.KeepRefreshTokenAsync(stored, next, flight) : stored;
                return kept is null ? new RefreshOutcome.Gone() : new RefreshOutcome.Unavailable(kept, pause);
            case var unknown:
                throw new InvalidOperationException($"No such token result: {unknown}");
        }
    }

    /// <summary>It ends a session that has no valid access token left: a user who is answered 503 does not come back to sign in.</summary>
    private static bool DemandsTheUser(string error) => error is "interaction_required" or "login_required" or "consent_required";

    private bool HasExpired(StoredSession stored) => stored.Session.Tokens.ExpiresAt <= time.GetUtcNow();

    private static TimeSpan Answered(ProviderBreaker.Call call)
    {
        call.Answered();
        return Errors.Problem.DefaultRetryAfter;
    }

    /// <summary>A refresh token that works once may have been spent by another holder, whose tokens the refusal is not about.</summary>
    private async Task<RefreshOutcome?> EndAsync(StoredSession stored, RefreshLock.Lease lease, string error)
    {
        if (!await lease.IsHeldAsync()) return null;
        if (lease.WasTakenOver) await AwaitLateWriteAsync(stored);
        if (await sessions.EndAsync(stored, EndReason.NotRenewed))
        {
            Log.Refused(logger, stored.Id.LogName, error);
            return new RefreshOutcome.Ended();
        }
        if (await sessions.LoadAsync(stored.Id) is not { } current) return new RefreshOutcome.Gone();
        // Unchanged after all: Redis did not get to it.
        return current.Version == stored.Version ? null : new RefreshOutcome.Fresh(current);
    }

    private async Task AwaitLateWriteAsync(StoredSession stored)
    {
        using var patience = new CancellationTokenSource(LateWrite);
        while (!patience.IsCancellationRequested && (await sessions.LoadAsync(stored.Id))?.Version == stored.Version) await Task.Delay(BetweenLooks);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The provider no longer accepts the refresh token of session {Session}: {Error}")]
        public static partial void Refused(ILogger logger, string session, string error);

        [LoggerMessage(2, LogLevel.Warning, "Session {Session} was begun at another issuer than Oidc:Authority names now and is not renewed.")]
        public static partial void OtherIssuer(ILogger logger, string session);
    }
}
