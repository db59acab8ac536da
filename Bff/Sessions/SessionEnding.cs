using Bff.Oidc;
using Bff.Operations;
using Bff.Storage;

namespace Bff.Sessions;

/// <summary>
/// The one way to end a session: delete the record, publish the end, remove it from the index. The record goes first: then the
/// session has ended even if a later step fails. Its refresh token is revoked where the cookie is known, which opens the record.
/// </summary>
internal sealed partial class SessionEnding(SessionStore sessions, UserSessions index, SessionBus bus, TokenClient provider,
    Telemetry telemetry, ILogger<SessionEnding> logger)
{
    /// <summary>Ends the session of a cookie and revokes its refresh token.</summary>
    /// <param name="reason">One of <see cref="EndReason"/>.</param>
    /// <returns>What it was; null when there was none.</returns>
    public async Task<Session?> EndAsync(SessionId id, string reason)
    {
        if (await LogFaultAsync(sessions.TakeAsync(id), id.LogName, reason) is not { } ended)
        {
            // An earlier attempt may have deleted it without an answer: its streams are still open.
            await bus.PublishAsync(SessionEvent.EndOf(id.Name, reason));
            return null;
        }
        await PublishAndUnlistAsync(ended, reason);
        await RevokeAsync(ended.Tokens.RefreshToken);
        return ended;
    }

    /// <summary>
    /// Ends the session if it is unchanged since it was read; false when it was changed or ended. Its refresh token is not revoked.
    /// </summary>
    public async Task<bool> EndIfUnchangedAsync(Session session, string reason)
    {
        if (!await LogFaultAsync(sessions.DeleteIfUnchangedAsync(session), session.Id.LogName, reason)) return false;
        await PublishAndUnlistAsync(session, reason);
        return true;
    }

    /// <summary>
    /// Ends all sessions that stand in all of the indexes. Their tokens, which only their cookies can open, are deleted unread.
    /// </summary>
    /// <param name="except">The session that stays.</param>
    /// <returns>How many there were.</returns>
    public async Task<int> EndAllAsync(IReadOnlyCollection<SessionIndexKey> indexes, string reason, SessionId? except = null)
    {
        var names = (await index.NamesAsync(indexes)).Where(name => name != except?.Name).ToList();
        return await EndAsync(indexes, names, reason);
    }

    /// <summary>Ends one session of the user; false when they have no such session.</summary>
    public async Task<bool> EndOneAsync(SessionIndexKey user, string name, string reason) =>
        (await index.NamesAsync([user])).Contains(name) && await EndAsync([user], [name], reason) > 0;

    /// <summary>Revokes a refresh token that no session holds any more, as far as the provider allows.</summary>
    public Task RevokeAsync(string? refreshToken) => provider.RevokeAsync(refreshToken);

    private async Task<int> EndAsync(IReadOnlyCollection<SessionIndexKey> indexes, IReadOnlyCollection<string> names, string reason)
    {
        var ended = await Task.WhenAll(names.Select(async name =>
        {
            var existed = await LogFaultAsync(sessions.DeleteUnreadAsync(name), SessionId.LogNameOf(name), reason);
            if (existed) RecordEnd(SessionId.LogNameOf(name), reason);
            await bus.PublishAsync(SessionEvent.EndOf(name, reason));
            return existed;
        }));
        // Last: what a fault leaves alive is still listed for the next attempt. A name without a record stays too: its sign-in may be about
        // to write it.
        string[] gone = [.. names.Zip(ended).Where(pair => pair.Second).Select(pair => pair.First)];
        if (gone is not []) await Task.WhenAll(indexes.Select(key => index.RemoveAsync(key, gone)));
        return gone.Length;
    }

    private async Task PublishAndUnlistAsync(Session ended, string reason)
    {
        RecordEnd(ended.Id.LogName, reason);
        try
        {
            await Task.WhenAll([bus.PublishAsync(SessionEvent.EndOf(ended.Id.Name, reason)),
                .. ended.IndexKeys().Select(key => index.RemoveAsync(key, [ended.Id.Name]))]);
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            // The session has ended. Lists leave out an entry that stays.
        }
    }

    private void RecordEnd(string session, string reason)
    {
        telemetry.SessionEnded(reason);
        Log.Ended(logger, session, reason);
    }

    /// <summary>Redis may have deleted the record although its answer was lost: the log then has to name the end.</summary>
    private async Task<T> LogFaultAsync<T>(Task<T> deletion, string session, string reason)
    {
        try
        {
            return await deletion;
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            Log.MayHaveEnded(logger, session, reason);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "session_ended: Session {Session} ended ({Reason}).")]
        public static partial void Ended(ILogger logger, string session, string reason);

        [LoggerMessage(2, LogLevel.Warning, "session_may_have_ended: Session {Session} may have ended ({Reason}): Redis did not answer.")]
        public static partial void MayHaveEnded(ILogger logger, string session, string reason);
    }
}
