using Bff.Storage;

namespace Bff.Sessions;

/// <summary>What follows when a session has ended, wherever and why ever: the log has it, the instances hear of it, its groups forget it.</summary>
internal sealed partial class SessionEnds(SessionEvents events, SessionIndex index, ILogger<SessionEnds> logger)
{
    /// <param name="name">The session's name.</param>
    /// <param name="reason">One of <see cref="EndReason"/>.</param>
    /// <param name="existed">Whether it was still there: one that was not is told of all the same, because a stream of it may be open.</param>
    /// <param name="session">What it was, where that could be read.</param>
    public async Task FollowAsync(string name, string reason, bool existed, Session? session)
    {
        if (existed) Log.Ended(logger, SessionId.LogNameOf(name), reason);
        // This instance hears of it before anything is awaited. The rest at once: a Redis that stalls costs whoever signs out one wait and not two.
        var told = events.TellAsync(new SessionEvent(name, SessionEvent.Ended, reason));
        await Task.WhenAll(told, ForgetAsync(name, session));
    }

    /// <summary>Waits for Redis to end a session. Where it does not say whether it did, the log says that: none may be gone without a word.</summary>
    public async Task<T> AwaitAsync<T>(string name, string reason, Task<T> end)
    {
        try
        {
            return await end;
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            Log.MayHaveEnded(logger, SessionId.LogNameOf(name), reason, RedisFaults.Cause(exception));
            throw;
        }
    }

    private async Task ForgetAsync(string name, Session? session)
    {
        try
        {
            await Task.WhenAll(session?.Groups().Select(group => index.RemoveAsync(group, [name])) ?? []);
        }
        // It has ended, whatever fails from here on: an entry that stays behind in an index is cleared away later.
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Warning, "Session {Session} may have ended ({Reason}): Redis did not say. {Fault}")]
        public static partial void MayHaveEnded(ILogger logger, string session, string reason, string fault);

        [LoggerMessage(1, LogLevel.Information, "Session {Session} ended ({Reason}).")]
        public static partial void Ended(ILogger logger, string session, string reason);
    }
}
