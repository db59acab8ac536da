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

    // The lease must outlive the provider's deadline, the key refresh of its ID token and the write.
    private TimeSpan LeaseDuration => (2 * oidc.BackchannelTimeout) + TimeSpan.FromSeconds(10);

    /// <param name="stored">The session as the caller read it.</param>
    /// <param name="isStale">Whether tokens as they are then still need refreshing; asked again under the lease.</param>
    /// <param name="cancellationToken">Ends this caller's wait, not the refresh that others wait for.</param>
    public async Task<RefreshOutcome> RefreshAsync(StoredSession stored, Func<TokenSet, bool> isStale, CancellationToken cancellationToken)
    {
        if (!isStale(stored.Session.Tokens)) return new RefreshOutcome.Fresh(stored);
        if (stored.Session.Tokens.RefreshToken is null) return new RefreshOutcome.NotRenewable(stored);

        var shared = underWay.GetOrAdd(stored.Id.Name, _ => new Lazy<Task<RefreshOutcome>>(() => Task.Run(() => RunOnceAsync(stored.Id, isStale), CancellationToken.None)));
        return await shared.Value.WaitAsync(cancellationToken);
    }

    private async Task<RefreshOutcome> RunOnceAsync(SessionId id, Func<TokenSet, bool> isStale)
    {
        try
        {
            return await RunAsync(id, isStale);
        }
        finally
        {
            // By the run itself: its callers may all have left, and its outcome must not be taken for the next one's.
            underWay.TryRemove(id.Name, out _);
        }
    }

    private async Task<RefreshOutcome> RunAsync(SessionId id, Func<TokenSet, bool> isStale)
    {
        var giveUpAt = time.GetTimestamp();
        while (true)
        {
            await using (var lease = await refreshLock.TryTakeAsync(id, LeaseDuration))
            {
                if (await sessions.LoadAsync(id) is not { } stored) return new RefreshOutcome.Ended();
                if (!isStale(stored.Session.Tokens)) return new RefreshOutcome.Fresh(stored);
                if (lease is not null) return await renewal.RenewAsync(stored);
                if (time.GetElapsedTime(giveUpAt) > LeaseDuration) return new RefreshOutcome.Unavailable(stored, Errors.Problem.DefaultRetryAfter);
            }
            // Another instance is at it: its result shows in the record, its failure in the lease.
            await Task.Delay(PollInterval);
        }
    }
}
