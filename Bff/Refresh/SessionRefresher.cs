using System.Collections.Concurrent;
using Bff.Oidc;
using Bff.Sessions;

namespace Bff.Refresh;

/// <summary>
/// The one place where tokens change. Callers of one session share one refresh: within this instance a task, across
/// instances a lease. Whoever waited gets the result by reading the session again, never by refreshing once more.
/// </summary>
/// <remarks>
/// Under the lease: read the session again; is it still stale? refresh; write it if it still is the version that was read;
/// give the lease back. <c>invalid_grant</c> ends the session, everything else that goes wrong leaves it as it was.
/// </remarks>
internal sealed class SessionRefresher(SessionStore sessions, RefreshLock refreshLock, TokenRenewal renewal, OidcOptions oidc, TimeProvider time)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, Lazy<Task<RefreshOutcome>>> underWay = new();

    // The lease must outlive all that is done under it: metadata, refresh and keys within their deadlines, the write with its repetitions, a revocation.
    private TimeSpan LeaseDuration => (3 * oidc.BackchannelTimeout) + TimeSpan.FromSeconds(20);

    /// <param name="stored">The session as the caller read it.</param>
    /// <param name="isStale">Whether tokens as they are then still need refreshing; asked again under the lease.</param>
    /// <param name="cancellationToken">Ends this caller's wait, not the refresh that others wait for.</param>
    public async Task<RefreshOutcome> RefreshAsync(StoredSession stored, Func<TokenSet, bool> isStale, CancellationToken cancellationToken)
    {
        if (!isStale(stored.Session.Tokens)) return new RefreshOutcome.Fresh(stored);
        if (stored.Session.Tokens.RefreshToken is null) return new RefreshOutcome.NotRenewable(stored);

        var outcome = await SharedAsync(stored.Id, isStale).WaitAsync(cancellationToken);
        // The one under way may have been begun by a caller that was content with less.
        return outcome is RefreshOutcome.Fresh fresh && isStale(fresh.Stored.Session.Tokens)
            ? await SharedAsync(stored.Id, isStale).WaitAsync(cancellationToken)
            : outcome;
    }

    private Task<RefreshOutcome> SharedAsync(SessionId id, Func<TokenSet, bool> isStale) =>
        underWay.GetOrAdd(id.Name, _ => new Lazy<Task<RefreshOutcome>>(() => Task.Run(() => RunAsync(id, isStale), CancellationToken.None))).Value;

    private async Task<RefreshOutcome> RunAsync(SessionId id, Func<TokenSet, bool> isStale)
    {
        try
        {
            return await RefreshUnderLeaseAsync(id, isStale);
        }
        finally
        {
            // Here and not where callers wait: they may all have left, and a result must not outlive its refresh.
            underWay.TryRemove(id.Name, out var _);
        }
    }

    private async Task<RefreshOutcome> RefreshUnderLeaseAsync(SessionId id, Func<TokenSet, bool> isStale)
    {
        var startedAt = time.GetTimestamp();
        while (true)
        {
            await using (var lease = await refreshLock.TryTakeAsync(id, LeaseDuration))
            {
                if (await sessions.LoadAsync(id) is not { } stored) return new RefreshOutcome.Ended();
                if (!isStale(stored.Session.Tokens)) return new RefreshOutcome.Fresh(stored);
                if (lease is not null) return await renewal.RenewAsync(stored);
                if (time.GetElapsedTime(startedAt) > LeaseDuration) return new RefreshOutcome.Unavailable(stored, Errors.Problem.DefaultRetryAfter);
            }
            // Another instance is at it: its result shows in the record, its failure in the lease.
            await Task.Delay(PollInterval);
        }
    }
}
