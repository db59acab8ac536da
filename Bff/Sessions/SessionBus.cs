using System.Buffers.Text;
using System.Security.Cryptography;
using System.Threading.Channels;
using Bff.Storage;
using StackExchange.Redis;

namespace Bff.Sessions;

/// <summary>What happened to a session, by its public name; never a secret.</summary>
/// <param name="Reason">Of an end: one of <see cref="EndReason"/>.</param>
internal sealed record SessionEvent(string Session, string What, string? Reason = null)
{
    public const string Ended = "ended", Refreshed = "refreshed";

    public static SessionEvent EndOf(string session, string reason) => new(session, Ended, reason);
}

/// <summary>
/// Publishes to all instances what happens to sessions, over one channel in Redis. Messages are lost while Redis is away, or where the
/// Redis user may not use the channel: subscribers must read the record as well.
/// </summary>
internal sealed class SessionBus
{
    private readonly IConnectionMultiplexer redis;
    private readonly RedisFaults faults;
    private readonly RedisChannel channel;
    private readonly string instance = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(9));
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<Subscription>> subscriptions = [];
    private int subscribing;
    private volatile bool hasSubscribed;

    public SessionBus(IConnectionMultiplexer redis, RedisOptions options, RedisFaults faults)
    {
        (this.redis, this.faults) = (redis, faults);
        channel = RedisChannel.Literal(options.KeyPrefix + "sessions");
        redis.ConnectionRestored += (_, _) => ReportPossibleLoss();
    }

    /// <summary>Whether messages of other instances arrive at present.</summary>
    public bool IsSubscribed => hasSubscribed && redis.GetSubscriber().IsConnected(channel);

    /// <summary>Delivers to this instance at once, and to the others as far as Redis does.</summary>
    public async Task PublishAsync(SessionEvent happened)
    {
        Deliver(happened);
        try
        {
            await redis.GetSubscriber().PublishAsync(channel, $"{happened.What} {happened.Session} {instance} {happened.Reason}");
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            faults.Report(exception, "Other instances were not informed that a session changed and notice it within half a minute.");
        }
    }

    /// <summary>What happens to one session from now on.</summary>
    public Subscription Subscribe(SessionId id)
    {
        BeginSubscribing();
        lock (gate)
        {
            if (!subscriptions.TryGetValue(id.Name, out var list)) subscriptions.Add(id.Name, list = []);
            var subscription = new Subscription(this, id.Name);
            list.Add(subscription);
            return subscription;
        }
    }

    private void BeginSubscribing()
    {
        if (Interlocked.Exchange(ref subscribing, 1) == 0) _ = SubscribeAsync();
    }

    private async Task SubscribeAsync()
    {
        var subscriber = redis.GetSubscriber();
        try
        {
            await subscriber.SubscribeAsync(channel, Receive);
            hasSubscribed = true;
            ReportPossibleLoss();
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            faults.Report(exception, "Messages of other instances do not arrive; open streams are checked every few seconds instead.");
            // The client keeps a failed subscription and would add a second one. The next wait for an event tries again.
            await subscriber.UnsubscribeAsync(channel, Receive, CommandFlags.FireAndForget);
            Volatile.Write(ref subscribing, 0);
        }
    }

    private void Receive(RedisChannel _, RedisValue message)
    {
        // A message of another version that has another form is ignored.
        if (message.ToString().Split(' ') is [var what, var session, var sender, var reason] && sender != instance)
            Deliver(new SessionEvent(session, what, reason is "" ? null : reason));
    }

    private void Deliver(SessionEvent happened)
    {
        lock (gate)
        {
            foreach (var subscription in subscriptions.GetValueOrDefault(happened.Session, [])) subscription.Add(happened);
        }
    }

    /// <summary>Messages may have been lost: all subscribers read their record again.</summary>
    private void ReportPossibleLoss()
    {
        lock (gate)
        {
            foreach (var subscription in subscriptions.Values.SelectMany(list => list)) subscription.Add(null);
        }
    }

    private void Remove(Subscription subscription, string session)
    {
        lock (gate)
        {
            if (subscriptions.TryGetValue(session, out var list) && list.Remove(subscription) && list is []) subscriptions.Remove(session);
        }
    }

    /// <summary>The events of one session, for one reader.</summary>
    internal sealed class Subscription(SessionBus bus, string session) : IDisposable
    {
        private readonly Channel<SessionEvent?> events = Channel.CreateUnbounded<SessionEvent?>();

        /// <summary>The next event; null when the time is over or events may have been lost: then the record must be read.</summary>
        public async Task<SessionEvent?> NextAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
        {
            bus.BeginSubscribing();
            using var timer = new CancellationTokenSource(timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            try
            {
                return await events.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }

        internal void Add(SessionEvent? happened) => events.Writer.TryWrite(happened);

        public void Dispose() => bus.Remove(this, session);
    }
}
