using Bff.Errors;
using Bff.Oidc;
using Bff.Operations;
using Bff.Sessions;
using Bff.Storage;

namespace Bff.Refresh;

/// <summary>
/// One refresh, across instances: take the lease, read the session again, stop if it was renewed, ask the provider, replace the session
/// if it is unchanged, release the lease. Without the lease it waits until the result is published, and reads it.
/// </summary>
internal sealed partial class LeasedRefresh(
    RefreshLeases leases, SessionStore sessions, SessionEnding ending, TokenRenewal renewal, Telemetry telemetry,
    ILogger<LeasedRefresh> logger)
{
    /// <summary>How long a caller waits for another instance's refresh.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>How often a waiting caller reads the session: the published result may be lost.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long writing the renewed tokens is retried, and the pause between attempts. With one command's timeout it stays within 5 s.
    /// </summary>
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(2), WritePause = TimeSpan.FromMilliseconds(200);

    /// <param name="session">As the caller read it.</param>
    public async Task<RefreshOutcome> RunAsync(Session session)
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
    }
}
