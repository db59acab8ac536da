using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Bff.Storage;
using StackExchange.Redis;

namespace Bff.Sessions;

/// <summary>
/// Sessions in Redis. Idle and absolute limits are enforced twice: by the key's TTL and by the record itself.
/// Redis faults are not caught here: they become 503 <c>store_unavailable</c>, never "signed out".
/// </summary>
internal sealed class SessionStore(IDatabase redis, RedisKeys keys, SessionIndex index, SessionEnds ends, SessionOptions options, TimeProvider time)
{
    private static readonly RedisValue Payload = "payload", Version = "version", LastUsed = "used";

    /// <summary>Some three thousand years from now, in milliseconds: far from where times overflow.</summary>
    private const long LatestTime = 100_000_000_000_000;

    public async Task CreateAsync(SessionId id, Session session)
    {
        var key = keys.Session(id.Name);
        var transaction = redis.CreateTransaction();
        _ = transaction.HashSetAsync(key, [.. Fields(id, session, NewVersion()), new(LastUsed, Now())]);
        _ = transaction.KeyExpireAsync(key, TimeToLive(session));
        await transaction.ExecuteAsync();
    }

    /// <summary>The session, or null when there is none, it has run out, or the cookie cannot open it.</summary>
    public async Task<StoredSession?> LoadAsync(SessionId id) => Read(id, await redis.HashGetAllAsync(keys.Session(id.Name), RedisConnection.OfMaster));

    /// <summary>The session as <see cref="LoadAsync"/> finds it; that counts as use.</summary>
    public async Task<StoredSession?> UseAsync(SessionId id) => await LoadAsync(id) is { } stored ? await TouchAsync(stored) : null;

    /// <summary>Notes that the session is in use, at most once per tenth of the idle timeout.</summary>
    public async Task<StoredSession> TouchAsync(StoredSession stored)
    {
        if (time.GetUtcNow() - stored.LastUsed < options.IdleTimeout / 10) return stored;

        var key = keys.Session(stored.Id.Name);
        var transaction = redis.CreateTransaction();
        // Without the condition a session that ended a moment ago would come back as an empty record.
        transaction.AddCondition(Condition.HashExists(key, Payload));
        _ = transaction.HashSetAsync(key, LastUsed, Now());
        _ = transaction.KeyExpireAsync(key, TimeToLive(stored.Session));
        if (await transaction.ExecuteAsync()) await KeepListedAsync(stored.Id.Name, stored.Session);
        return stored with { LastUsed = time.GetUtcNow() };
    }

    /// <summary>Replaces the session if it still is what was read; null means that it was ended or changed meanwhile.</summary>
    public async Task<StoredSession?> ReplaceAsync(StoredSession stored, Session session)
    {
        var key = keys.Session(stored.Id.Name);
        var version = NewVersion();
        var transaction = redis.CreateTransaction();
        transaction.AddCondition(Condition.HashEqual(key, Version, stored.Version));
        _ = transaction.HashSetAsync(key, Fields(stored.Id, session, version));
        if (!await transaction.ExecuteAsync()) return null;
        await KeepListedAsync(stored.Id.Name, session);
        return stored with { Session = session, Version = version };
    }

    /// <summary>Ends the session and returns what it was, so that its refresh token can be revoked.</summary>
    public async Task<StoredSession?> EndAsync(SessionId id, string reason)
    {
        var key = keys.Session(id.Name);
        var transaction = redis.CreateTransaction();
        var entries = transaction.HashGetAllAsync(key);
        _ = transaction.KeyDeleteAsync(key);
        await ends.AwaitAsync(id.Name, reason, transaction.ExecuteAsync());
        var ended = Read(id, await entries);
        await ends.FollowAsync(id.Name, reason, ended is not null, ended?.Session);
        return ended;
    }

    /// <summary>Ends a session by its name alone: nobody here can read it, its tokens die unread. False when there was none.</summary>
    public async Task<bool> EndAsync(string name, string reason)
    {
        var existed = await ends.AwaitAsync(name, reason, redis.KeyDeleteAsync(keys.Session(name)));
        await ends.FollowAsync(name, reason, existed, session: null);
        return existed;
    }

    /// <summary>Ends the session if it still is what was read; false means that it changed or ended meanwhile.</summary>
    public async Task<bool> EndAsync(StoredSession stored, string reason)
    {
        var key = keys.Session(stored.Id.Name);
        var transaction = redis.CreateTransaction();
        transaction.AddCondition(Condition.HashEqual(key, Version, stored.Version));
        _ = transaction.KeyDeleteAsync(key);
        if (!await ends.AwaitAsync(stored.Id.Name, reason, transaction.ExecuteAsync())) return false;
        await ends.FollowAsync(stored.Id.Name, reason, existed: true, stored.Session);
        return true;
    }

    /// <summary>When the session was last used, by its name alone; null when there is none or it has run out.</summary>
    public async Task<DateTimeOffset?> LastUsedAsync(string name) =>
        Time(await redis.HashGetAsync(keys.Session(name), LastUsed, RedisConnection.OfMaster)) is { } lastUsed && time.GetUtcNow() < lastUsed + options.IdleTimeout ? lastUsed : null;

    /// <summary>An index that was lost, and the session at the provider that a renewed ID token names anew, know the session from its next use on.</summary>
    private async Task KeepListedAsync(string name, Session session)
    {
        // Ended in between, it must not be listed again.
        if (await index.KeepAsync(session, name) && !await redis.KeyExistsAsync(keys.Session(name), RedisConnection.OfMaster)) await Task.WhenAll(session.Groups().Select(group => index.RemoveAsync(group, [name])));
    }

    private StoredSession? Read(SessionId id, HashEntry[] entries)
    {
        RedisValue Field(RedisValue name) => Array.Find(entries, entry => entry.Name == name).Value;

        if ((byte[]?)Field(Payload) is not { } payload || SessionProtector.Unprotect(id, payload) is not { } session) return null;
        if (Time(Field(LastUsed)) is not { } lastUsed) return null;
        var stored = new StoredSession(id, session, Field(Version).ToString(), lastUsed);
        return time.GetUtcNow() < IdleExpiresAt(stored) ? stored : null;
    }

    // Unlike the payload it is not authenticated: whoever can write into Redis may have put anything there.
    private static DateTimeOffset? Time(RedisValue text) => text.TryParse(out long milliseconds) && milliseconds is >= 0 and <= LatestTime ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    /// <summary>When the session ends if it is not used again; never later than its lifetime.</summary>
    public DateTimeOffset IdleExpiresAt(StoredSession stored) => Earlier(stored.LastUsed + options.IdleTimeout, ExpiresAt(stored));

    public DateTimeOffset ExpiresAt(StoredSession stored) => stored.Session.CreatedAt + options.Lifetime;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private TimeSpan TimeToLive(Session session)
    {
        var left = session.CreatedAt + options.Lifetime - time.GetUtcNow();
        // A TTL of zero or less would be no TTL at all or an error; the record itself says that it is over.
        return TimeSpan.FromSeconds(Math.Max(1, Math.Min(left.TotalSeconds, options.IdleTimeout.TotalSeconds)));
    }

    private static HashEntry[] Fields(SessionId id, Session session, string version) =>
        [new(Payload, SessionProtector.Protect(id, session)), new(Version, version)];

    private RedisValue Now() => time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static string NewVersion() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));
}
