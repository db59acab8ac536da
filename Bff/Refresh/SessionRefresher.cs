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
internal sealed partial class SessionRefresher(
    SessionStore sessions, LeaseTurns turns, TokenRenewal renewal, OidcOptions oidc, TimeProvider time, ILogger<SessionRefresher> logger) : IHostedService
{
    private readonly ConcurrentDictionary<string, Lazy<RefreshFlight>> underWay = new();

    // The lease must outlive all that is done under it: a place in the queue, metadata, refresh and keys within their deadlines, the write with its repetitions, a revocation.
    private TimeSpan LeaseDuration => (4 * oidc.BackchannelTimeout) + TimeSpan.FromSeconds(30);

    // What a refresh usually needs. Who holds the lease for longer has a provider that does not answer.
    private TimeSpan Patience => oidc.BackchannelTimeout + TimeSpan.FromSeconds(5);

    /// <param name="stored">The session as the caller read it.</param>
    /// <param name="isStale">Whether tokens as they are then still need refreshing; asked again under the lease.</param>
    /// <param name="isDemanded">Whether an access token that still is valid will not do.</param>
    /// <param name="cancellationToken">Ends this caller's wait, not the refresh that others wait for.</param>
    public async Task<RefreshOutcome> RefreshAsync(StoredSession stored, Func<TokenSet, bool> isStale, bool isDemanded, CancellationToken cancellationToken)
    {
        if (!isStale(stored.Session.Tokens)) return new RefreshOutcome.Fresh(stored);
        if (stored.Session.Tokens.RefreshToken is null) return new RefreshOutcome.NotRenewable(stored);
        // While what there is still is good, nobody takes a lease only to find that out.
        if (!isDemanded && stored.Session.Tokens.ExpiresAt > time.GetUtcNow() && renewal.Refuses() is { } wait) return new RefreshOutcome.Unavailable(stored, wait);

        var outcome = await Shared(stored.Id, isStale, isDemanded).WaitAsync(cancellationToken);
        // The one under way may have been begun by a caller that was content with less.
        return outcome is RefreshOutcome.Fresh fresh && isStale(fresh.Stored.Session.Tokens)
            ? await Shared(stored.Id, isStale, isDemanded).WaitAsync(cancellationToken)
            : outcome;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whoever waited may have left; where refresh tokens rotate, the answer is all that the session has.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(underWay.Values.Select(flight => flight.Value.OverAsync())).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host waits no longer: that is said, and no reason to end as if the program had failed.
            Log.GivenUp(logger, underWay.Count);
        }
    }

    private RefreshFlight Shared(SessionId id, Func<TokenSet, bool> isStale, bool isDemanded) =>
        underWay.GetOrAdd(id.Name, _ => new Lazy<RefreshFlight>(() => new RefreshFlight(flight => RunAsync(id, isStale, isDemanded, flight)))).Value;

    private async Task<RefreshOutcome> RunAsync(SessionId id, Func<TokenSet, bool> isStale, bool isDemanded, RefreshFlight flight)
    {
        try
        {
            return await RefreshUnderLeaseAsync(id, isStale, isDemanded, flight);
        }
        finally
        {
            // Here and not where callers wait: they may all have left, and a result must not outlive its refresh.
            underWay.TryRemove(id.Name, out var _);
        }
    }

    private async Task<RefreshOutcome> RefreshUnderLeaseAsync(SessionId id, Func<TokenSet, bool> isStale, bool isDemanded, RefreshFlight flight)
    {
        var startedAt = time.GetTimestamp();
        using var turn = turns.Open(id, LeaseDuration);
        while (true)
        {
            await using var lease = await turn.NextAsync();
            if (await sessions.LoadAsync(id) is not { } stored) return new RefreshOutcome.Gone();
            if (!isStale(stored.Session.Tokens)) return new RefreshOutcome.Fresh(stored);
            if (lease is not null && await renewal.RenewAsync(stored, lease, isDemanded, flight) is { } outcome) return outcome;
            if (time.GetElapsedTime(startedAt) > Patience) return new RefreshOutcome.Unavailable(stored, Errors.Problem.DefaultRetryAfter);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The process ends before the refreshes under way do, which are given up: {Count}. Where refresh tokens rotate, the tokens they bring are lost.")]
        public static partial void GivenUp(ILogger logger, int count);
    }
}
