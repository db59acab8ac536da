using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Bff.Storage;
using StackExchange.Redis;

namespace Bff.Sessions;

/// <summary>
/// The right to refresh one session, held by one instance at a time: a lease in Redis under a random owner value. Its holder
/// shows life by counting up, so that others need not wait for the lease's end when it was killed.
/// </summary>
internal sealed class RefreshLock(IDatabase redis, RedisKeys keys)
{
    /// <summary>The lease, or null when another instance holds it.</summary>
    /// <param name="id">The session.</param>
    /// <param name="duration">Must outlive the work done under it.</param>
    /// <param name="afterAnother">Whether another's lease was seen before: it may have been lost with its holder still at work.</param>
    public async Task<Lease?> TryTakeAsync(SessionId id, TimeSpan duration, bool afterAnother = false)
    {
        var (key, owner) = (keys.Lease(id.Name), Lease.NewOwner());
        return await redis.StringSetAsync(key, Lease.Sign(owner, 0), duration, When.NotExists) ? new Lease(redis, key, owner, duration) { WasTakenOver = afterAnother } : null;
    }

    /// <summary>What the holder shows at present; null when there is none.</summary>
    public async Task<string?> LookAsync(SessionId id) => await redis.StringGetAsync(keys.Lease(id.Name), RedisConnection.OfMaster);

    /// <summary>Takes the lease from a holder that still shows what was seen; null when it showed life after all, or another was quicker.</summary>
    public async Task<Lease?> TryTakeOverAsync(SessionId id, string seen, TimeSpan duration)
    {
        var (key, owner) = (keys.Lease(id.Name), Lease.NewOwner());
        return await IfShownAsync(redis, key, seen, transaction => transaction.StringSetAsync(key, Lease.Sign(owner, 0), duration))
            ? new Lease(redis, key, owner, duration) { WasTakenOver = true }
            : null;
    }

    /// <summary>By WATCH: what compares and sets in one command is not known to all servers.</summary>
    private static Task<bool> IfShownAsync(IDatabase redis, RedisKey key, RedisValue shown, Action<ITransaction> act)
    {
        var transaction = redis.CreateTransaction();
        transaction.AddCondition(Condition.StringEqual(key, shown));
        act(transaction);
        return transaction.ExecuteAsync();
    }

    internal sealed class Lease : IAsyncDisposable
    {
        /// <summary>Most refreshes are over before the first, and cost nothing more.</summary>
        private static readonly TimeSpan BeforeFirstBeat = TimeSpan.FromMilliseconds(250), BetweenBeats = TimeSpan.FromMilliseconds(100);

        private readonly IDatabase redis;
        private readonly RedisKey key;
        private readonly string owner;
        private readonly TimeSpan duration;
        private readonly CancellationTokenSource over;
        private readonly Task beating;
        private RedisValue shown;
        private long beats;

        internal Lease(IDatabase redis, RedisKey key, string owner, TimeSpan duration)
        {
            (this.redis, this.key, this.owner, this.duration, shown) = (redis, key, owner, duration, Sign(owner, 0));
            over = new CancellationTokenSource(duration);
            beating = Task.Run(BeatAsync);
        }

        /// <summary>Whether its holder before was given up for dead: what that one asked of the provider may have been done all the same.</summary>
        public bool WasTakenOver { get; init; }

        /// <summary>Whether there was a moment in which nobody held it: another may have had it then, and be done.</summary>
        public bool WasLost { get; private set; }

        /// <summary>Whether it still is this holder's: one that was frozen may have lost it.</summary>
        public async Task<bool> IsHeldAsync() => IsOwn(await redis.StringGetAsync(key, RedisConnection.OfMaster));

        public async ValueTask DisposeAsync()
        {
            await over.CancelAsync();
            await beating;
            over.Dispose();
            try
            {
                await ReleaseAsync();
            }
            catch (Exception exception) when (RedisConnection.IsFault(exception))
            {
                // Nobody beats it any more: whoever needs it takes it over, and it expires by itself.
            }
        }

        internal static string NewOwner() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));

        internal static string Sign(string owner, long beats) => string.Create(CultureInfo.InvariantCulture, $"{owner} {beats}");

        private bool IsOwn(RedisValue value) => value.ToString().StartsWith(owner + " ", StringComparison.Ordinal);

        // In real time, as Redis and the network run: whoever waits counts looks, and compares no clocks.
        private async Task BeatAsync()
        {
            for (var wait = BeforeFirstBeat; ; wait = BetweenBeats)
            {
                try
                {
                    await Task.Delay(wait, over.Token);
                    if (!await TryBeatAsync()) return;
                }
                catch (OperationCanceledException)
                {
                    return;
                }
                catch (Exception exception) when (RedisConnection.IsFault(exception))
                {
                    // Whether it was done is not known, and shows at the next.
                }
            }
        }

        private async Task<bool> TryBeatAsync()
        {
            var next = Sign(owner, ++beats);
            if (await IfShownAsync(redis, key, shown, transaction => transaction.StringSetAsync(key, next, expiry: null, keepTtl: true)))
            {
                shown = next;
                return true;
            }
            shown = await redis.StringGetAsync(key, RedisConnection.OfMaster);
            if (!shown.IsNull) return IsOwn(shown);
            // A Redis that failed over may have forgotten the lease: whoever asks next must find it taken.
            WasLost = true;
            shown = next;
            return await redis.StringSetAsync(key, next, duration, When.NotExists);
        }

        private async Task ReleaseAsync()
        {
            while (IsOwn(shown) && !await IfShownAsync(redis, key, shown, transaction => transaction.KeyDeleteAsync(key))) shown = await redis.StringGetAsync(key, RedisConnection.OfMaster);
        }
    }
}
