using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Bff.Oidc;
using Bff.Storage;
using StackExchange.Redis;

namespace Bff.Sessions;

/// <summary>
/// Sessions in Redis. Idle and absolute limits are enforced twice: by the key's TTL and by the record itself.
/// Redis faults are not caught here: they become 503 <c>store_unavailable</c>, never "signed out".
/// </summary>
internal sealed class SessionStore(
    RedisCommands redis, RedisKeys keys, SessionBus bus, SessionOptions options, OidcOptions oidc, TimeProvider time)
{
    private static readonly RedisValue PayloadField = "payload", VersionField = "version", UsedField = "used";

    private static readonly RedisValue[] AllFields = [PayloadField, VersionField, UsedField];

    /// <summary>Some three thousand years from now, in milliseconds: far from where times overflow.</summary>
    private const long LatestTime = 100_000_000_000_000;

    private const int Attempts = 3;

    public async Task CreateAsync(Session session)
    {
        var transaction = redis.CreateTransaction();
        _ = transaction.HashSetAsync(keys.Session(session.Id.Name),
            [.. Fields(session, NewVersion()), new(UsedField, Milliseconds(session.LastUsed))]);
        _ = transaction.KeyExpireAsync(keys.Session(session.Id.Name), TimeToLive(session));
        await redis.ExecuteAsync(transaction);
    }

    /// <summary>
    /// The session, or null when there is none, it has expired, the cookie cannot open it, or it began at another
    /// <c>Oidc:Authority</c>: its tokens are not for this provider (RFC 9700 section 4.4).
    /// </summary>
    public async Task<Session?> LoadAsync(SessionId id) =>
        Read(id, await redis.HashGetAsync(keys.Session(id.Name), AllFields, RedisConnection.FromPrimary));

    /// <summary>As <see cref="LoadAsync"/>, and counts as use. Use is recorded at most once per tenth of the idle timeout.</summary>
    public async Task<Session?> UseAsync(SessionId id)
    {
        var values = await redis.HashGetAsync(keys.Session(id.Name), AllFields, RedisConnection.FromPrimary);
        if (Read(id, values) is not { } session) return null;
        var now = time.GetUtcNow();
        if (now - session.LastUsed < options.IdleTimeout / 10) return session;

        var used = session with { LastUsed = now };
        var transaction = redis.CreateTransaction();
        // Without the condition a session that ended a moment ago would come back as an empty record.
        transaction.AddCondition(Condition.HashExists(keys.Session(id.Name), PayloadField));
        _ = transaction.HashSetAsync(keys.Session(id.Name), UsedField, Milliseconds(now));
        _ = transaction.KeyExpireAsync(keys.Session(id.Name), TimeToLive(used));
        await redis.ExecuteAsync(transaction);
        return used;
    }

    /// <summary>
    /// Replaces the session, and publishes that, if it is unchanged since it was read; null when it was changed or ended.
    /// </summary>
    public async Task<Session?> ReplaceAsync(Session session)
    {
        var replaced = session with { Version = NewVersion() };
        var fields = Fields(replaced, replaced.Version);
        if (!await IfUnchangedAsync(session, (transaction, key) => transaction.HashSetAsync(key, fields))) return null;
        await bus.PublishAsync(new SessionEvent(session.Id.Name, SessionEvent.Refreshed));
        return replaced;
    }

    /// <summary>Deletes the session and returns what it was; null when there was none.</summary>
    public async Task<Session?> TakeAsync(SessionId id)
    {
        var transaction = redis.CreateTransaction();
        var values = transaction.HashGetAsync(keys.Session(id.Name), AllFields);
        _ = transaction.KeyDeleteAsync(keys.Session(id.Name));
        await redis.ExecuteAsync(transaction);
        return Read(id, await values);
    }

    /// <summary>Deletes the session if it is unchanged since it was read; false when it was changed or ended.</summary>
    public Task<bool> DeleteIfUnchangedAsync(Session session) =>
        IfUnchangedAsync(session, (transaction, key) => transaction.KeyDeleteAsync(key));

    /// <summary>Deletes a session without its cookie: its tokens cannot be read. False when there was none.</summary>
    public Task<bool> DeleteUnreadAsync(string name) => redis.KeyDeleteAsync(keys.Session(name));

    /// <summary>When the session was last used; null when there is none or it has expired.</summary>
    public async Task<DateTimeOffset?> LastUsedAsync(string name) =>
        Time(await redis.HashGetAsync(keys.Session(name), UsedField, RedisConnection.FromPrimary)) is { } lastUsed
            && time.GetUtcNow() < lastUsed + options.IdleTimeout
            ? lastUsed
            : null;

    /// <summary>The one place that decides whether a session changed since it was read.</summary>
    private async Task<bool> IfUnchangedAsync(Session session, Action<ITransaction, RedisKey> change)
    {
        var key = keys.Session(session.Id.Name);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var transaction = redis.CreateTransaction();
            transaction.AddCondition(Condition.HashEqual(key, VersionField, session.Version));
            change(transaction, key);
            if (await redis.ExecuteAsync(transaction)) return true;
            // Redis may refuse a transaction although the record is unchanged, for example during a failover.
            if (await redis.HashGetAsync(key, VersionField, RedisConnection.FromPrimary) != session.Version) return false;
        }
        throw new StoreUnavailableException("Redis did not apply a transaction to an unchanged session.");
    }

    /// <param name="values">Of <see cref="AllFields"/>.</param>
    private Session? Read(SessionId id, RedisValue[] values)
    {
        if (Time(values[2]) is not { } lastUsed) return null;
        var session = SessionRecord.Open(id, (byte[]?)values[0], lastUsed, version: values[1].ToString());
        return session?.Issuer == oidc.Authority && time.GetUtcNow() < session.IdleExpiresAt(options) ? session : null;
    }

    private static HashEntry[] Fields(Session session, string version) =>
    [
        new(PayloadField, SessionRecord.Seal(session)),
        new(VersionField, version),
    ];

    // Unlike the payload it is not authenticated: who can write to Redis may have put anything there.
    private static DateTimeOffset? Time(RedisValue text) =>
        text.TryParse(out long milliseconds) && milliseconds is >= 0 and <= LatestTime
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    private static RedisValue Milliseconds(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    // A TTL of zero or less would be none at all or an error; the record itself shows that it has expired.
    private TimeSpan TimeToLive(Session session) =>
        session.IdleExpiresAt(options) - time.GetUtcNow() is var left && left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1);

    private static string NewVersion() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));
}
