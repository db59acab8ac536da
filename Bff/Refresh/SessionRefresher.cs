using System.Collections.Concurrent;
using System.Diagnostics;
using Bff.Operations;
using Bff.Sessions;

namespace Bff.Refresh;

/// <summary>
/// The one place where tokens change. Decides whether they are due. All callers of this instance that read the same version of a session
/// share one <see cref="LeasedRefresh"/>.
/// </summary>
internal sealed partial class SessionRefresher(
    RefreshDue due, LeasedRefresh refresh, TokenRenewal renewal, SessionEnding ending, Telemetry telemetry,
    ILogger<SessionRefresher> logger) : IHostedService
{
    private readonly ConcurrentDictionary<(string Name, string Version), Lazy<Task<RefreshOutcome>>> underWay = new();

    /// <param name="session">As the caller read it.</param>
    /// <param name="force">Whether tokens that still can be used are renewed as well, unless they were issued a moment ago.</param>
    /// <param name="cancellationToken">Ends this caller's wait, not the refresh that others wait for.</param>
    public async Task<RefreshOutcome> RefreshAsync(Session session, bool force, CancellationToken cancellationToken)
    {
        if (!due.IsDue(session, force)) return new RefreshOutcome.Usable(session);
        var isValid = due.IsValid(session);
        var mayKeep = isValid && !force;
        if (session.Tokens.RefreshToken is null)
        {
            if (isValid) return force ? new RefreshOutcome.NotRenewable() : new RefreshOutcome.Usable(session);
            var ended = await ending.EndAsync(session.Id, EndReason.TokenExpired);
            return ended is null ? new RefreshOutcome.Gone() : new RefreshOutcome.Ended();
        }
        if (mayKeep && renewal.WouldWait) return new RefreshOutcome.Usable(session);

        var own = new Lazy<Task<RefreshOutcome>>(() => Task.Run(() => RunAsync(session), CancellationToken.None));
        var shared = underWay.GetOrAdd((session.Id.Name, session.Version), own);
        if (shared != own) telemetry.RefreshWaited(on: "request");
        var outcome = await shared.Value.WaitAsync(cancellationToken);
        return outcome is RefreshOutcome.Unavailable && mayKeep ? new RefreshOutcome.Usable(session) : outcome;
    }

    private async Task<RefreshOutcome> RunAsync(Session session)
    {
        var started = Stopwatch.GetTimestamp();
        RefreshOutcome? outcome = null;
        try
        {
            return outcome = await refresh.RunAsync(session);
        }
        finally
        {
            telemetry.Refreshed(NameOf(outcome), started);
            underWay.TryRemove((session.Id.Name, session.Version), out var _);
        }
    }

    /// <param name="outcome">Null when Redis failed.</param>
    private static string NameOf(RefreshOutcome? outcome) => outcome switch
    {
        RefreshOutcome.Usable => "renewed",
        RefreshOutcome.Ended => "refused",
        RefreshOutcome.Unavailable => "unavailable",
        RefreshOutcome.Gone => "gone",
        _ => "failed",
    };

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Callers may have left; where refresh tokens rotate, the provider's answer is all that the session has.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(underWay.Values.Select(shared => shared.Value.ContinueWith(_ => { }, TaskScheduler.Default)))
                .WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Log.GivenUp(logger, underWay.Count);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The process stops before {Count} refreshes have finished. Where refresh tokens rotate, "
            + "their new tokens are lost.")]
        public static partial void GivenUp(ILogger logger, int count);
    }
}
