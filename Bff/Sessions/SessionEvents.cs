using System.Buffers.Text;
using System.Security.Cryptography;
using Bff.Storage;
using StackExchange.Redis;

namespace Bff.Sessions;

/// <summary>What happened to a session, by its public name; never a secret.</summary>
/// <param name="Reason">Of an end: one of <see cref="EndReason"/>.</param>
internal sealed record SessionEvent(string Session, string What, string? Reason = null)
{
    public const string Ended = "ended", Refreshed = "refreshed";
}

/// <summary>
/// Tells all instances what happens to sessions, over one channel in Redis. That is quick and not certain: a message is lost while
/// Redis is away, or where it forbids the channel. Whoever listens has to look at the record as well (<see cref="SessionWatches"/>).
/// </summary>
internal sealed class SessionEvents
{
    private readonly IConnectionMultiplexer redis;
    private readonly RedisFaults faults;
    private readonly RedisChannel channel;
    private readonly string instance = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(9));
    private int listening;
    private volatile bool hasSubscribed;

    public SessionEvents(IConnectionMultiplexer redis, RedisOptions options, RedisFaults faults)
    {
        (this.redis, this.faults) = (redis, faults);
        channel = RedisChannel.Literal(options.KeyPrefix + "sessions");
        redis.ConnectionRestored += (_, _) => Missed?.Invoke();
    }

    /// <summary>Something happened, on whichever instance; handlers return at once.</summary>
    public event Action<SessionEvent>? Happened;

    /// <summary>The connection was away: what happened meanwhile was not heard.</summary>
    public event Action? Missed;

    /// <summary>Whether messages of other instances arrive at present.</summary>
    public bool IsHeard => hasSubscribed && redis.GetSubscriber().IsConnected(channel);

    /// <summary>Tells this instance at once and the others as far as that works: what has happened has happened, whoever hears of it.</summary>
    public async Task TellAsync(SessionEvent happened)
    {
        Happened?.Invoke(happened);
        try
        {
            await redis.GetSubscriber().PublishAsync(channel, $"{happened.What} {happened.Session} {instance} {happened.Reason}");
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            faults.Report(exception, "Other instances were not informed that a session changed and notice it within half a minute.");
        }
    }

    /// <summary>Begins to hear the other instances, once; where that fails the next call tries again. Nobody waits for it.</summary>
    public void Listen()
    {
        if (Interlocked.Exchange(ref listening, 1) == 0) _ = SubscribeAsync();
    }

    private async Task SubscribeAsync()
    {
        var subscriber = redis.GetSubscriber();
        try
        {
            await subscriber.SubscribeAsync(channel, Receive);
            hasSubscribed = true;
            Missed?.Invoke();
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            faults.Report(exception, "Messages of other instances do not arrive; open connections are checked every few seconds instead.");
            // The client keeps a subscription that failed and would make it twice.
            await subscriber.UnsubscribeAsync(channel, Receive, CommandFlags.FireAndForget);
            Volatile.Write(ref listening, 0);
        }
    }

    private void Receive(RedisChannel _, RedisValue message)
    {
        // What another version says besides is not understood, and no reason to fail.
        if (message.ToString().Split(' ') is [var what, var session, var sender, var reason] && sender != instance) Happened?.Invoke(new SessionEvent(session, what, reason is "" ? null : reason));
    }
}
