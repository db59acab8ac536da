using System.Collections.Concurrent;
using System.Diagnostics;
using Bff.Errors;
using Bff.Oidc;
using Bff.Operations;
using Bff.Sessions;
using Bff.Storage;

namespace Bff.Refresh;

/// <summary>
/// The one place where tokens change. All callers that read the same version of a session share one refresh: on this instance a task,
/// across instances a lease.
/// </summary>
/// <remarks>
/// Six steps: take the lease, read the session again, stop if it was renewed, ask the provider, replace the session if it is unchanged,
/// release the lease. A caller that does not get the lease waits until the result is published, and reads it.
/// </remarks>
internal sealed partial class SessionRefresher(
    RefreshLeases leases, SessionStore sessions, SessionEnding ending, TokenRenewal renewal, RefreshDue due,
    Telemetry telemetry, ILogger<SessionRefresher> logger) : IHostedService
{
    /// <summary>How long a caller waits for another instance's refresh.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>How often a waiting caller reads the session: the published result may be lost.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long writing the renewed tokens is retried, and the pause between attempts. With one command's timeout it stays within 5 s.
    /// </summary>
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(2), WritePause = TimeSpan.FromMilliseconds(200);

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
            return outcome = await RefreshUnderLeaseAsync(session);
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

    private async Task<RefreshOutcome> RefreshUnderLeaseAsync(Session session)
    {
        using var events = leases.Subscribe(session.Id);
        using var timeout = new CancellationTokenSource(Timeout);
        var hasWaited = false;
        while (true)
        {
            await using var lease = await leases.TryTakeAsync(session.Id);
            if (await sessions.LoadAsync(session.Id) is not { } current) return new RefreshOutcome.Gone();
            if (current.Version != session.Version) return new RefreshOutcome.Usable(current);
            if (timeout.IsCancellationRequested) return new RefreshOutcome.Unavailable(Problem.DefaultRetryAfter);
            if (lease is null)
            {
                if (!hasWaited) telemetry.RefreshWaited(on: "instance");
                hasWaited = true;
                await events.NextAsync(PollInterval, TimeProvider.System, CancellationToken.None);
                continue;
            }
            switch (await renewal.RenewAsync(current, lease))
            {
                case TokenRenewal.Result.Renewed renewed:
                    return await SaveAsync(renewed.Session);
                case TokenRenewal.Result.Refused refused:
                    return await EndAsync(current, refused);
                case TokenRenewal.Result.Unavailable unavailable:
                    return new RefreshOutcome.Unavailable(unavailable.RetryAfter);
                case TokenRenewal.Result.LeaseLost:
                    // Another instance may have used the refresh token: read the session again.
                    continue;
            }
        }
    }

    /// <summary>Redis gets more than one chance: where refresh tokens rotate, the session is lost with the tokens.</summary>
    private async Task<RefreshOutcome> SaveAsync(Session renewed)
    {
        using var timeout = new CancellationTokenSource(WriteTimeout);
        while (true)
        {
            try
            {
                if (await sessions.ReplaceAsync(renewed) is not { } saved) break;
                Log.Renewed(logger, renewed.Id.LogName, ProviderText.Printable(renewed.Subject));
                return new RefreshOutcome.Usable(saved);
            }
            catch (Exception exception) when (RedisConnection.IsFault(exception))
            {
                if (!timeout.IsCancellationRequested) await Task.Delay(WritePause);
                else
                {
                    Log.NotSaved(logger, renewed.Id.LogName, RedisFaults.Cause(exception));
                    throw;
                }
            }
        }
        // Changed since it was read: by an attempt whose answer was lost, or by another holder of the lease. Then its tokens count.
        if (await sessions.LoadAsync(renewed.Id) is { } current) return new RefreshOutcome.Usable(current);
        // Ended: what was just issued must not outlive it.
        await ending.RevokeAsync(renewed.Tokens.RefreshToken);
        return new RefreshOutcome.Gone();
    }

    private async Task<RefreshOutcome> EndAsync(Session read, TokenRenewal.Result.Refused refused)
    {
        if (await ending.EndIfUnchangedAsync(read, EndReason.NotRenewed))
        {
            Log.Refused(logger, read.Id.LogName, ProviderText.Printable(read.Subject), refused.Reason);
            await ending.RevokeAsync(refused.RefreshToken);
            return new RefreshOutcome.Ended();
        }
        return await sessions.LoadAsync(read.Id) is { } current ? new RefreshOutcome.Usable(current) : new RefreshOutcome.Gone();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Callers may have left; where refresh tokens rotate, the provider's answer is all that the session has.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(underWay.Values.Select(refresh => refresh.Value.ContinueWith(_ => { }, TaskScheduler.Default)))
                .WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Log.GivenUp(logger, underWay.Count);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "session_refreshed: Session {Session} of user {Sub} was refreshed.")]
        public static partial void Renewed(ILogger logger, string session, string sub);

        [LoggerMessage(2, LogLevel.Warning, "refresh_refused: The refresh of session {Session} of user {Sub} was refused, and the session "
            + "has ended: {Reason}")]
        public static partial void Refused(ILogger logger, string session, string sub, string reason);

        [LoggerMessage(3, LogLevel.Error, "The new tokens of session {Session} could not be written to Redis. It keeps its old ones, "
            + "which the provider accepts only within its rotation grace. {Cause}")]
        public static partial void NotSaved(ILogger logger, string session, string cause);

        [LoggerMessage(4, LogLevel.Warning, "The process stops before {Count} refreshes have finished. Where refresh tokens rotate, "
            + "their new tokens are lost.")]
        public static partial void GivenUp(ILogger logger, int count);
    }
}
