using System.Text.Json.Nodes;
using Bff.Oidc;
using Bff.Sessions;
using Bff.Storage;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace Bff.Tests.Sessions;

/// <summary>Session stores on a real Redis, under keys of the test's own, with a clock that the test turns. Redis keeps its own time.</summary>
internal sealed class Store : IAsyncDisposable
{
    private readonly ConnectionMultiplexer connection;

    private Store(ConnectionMultiplexer connection) => this.connection = connection;

    /// <summary>Redis' time and this clock agree until the test turns it.</summary>
    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public Bff.Sessions.SessionOptions Options { get; } = new();

    public string Prefix { get; } = SharedRedis.NewKeyPrefix();

    public IDatabase Redis => connection.GetDatabase();

    public RedisKeys Keys => new(new RedisOptions { KeyPrefix = Prefix });

    public SessionStore Sessions => SessionsBy(Time);

    /// <summary>The store by another clock.</summary>
    public SessionStore SessionsBy(TimeProvider time) => new(Redis, Keys, Index, new SessionEnds(Events, Index, NullLogger<SessionEnds>.Instance), Options, time);

    public SessionIndex Index => new(Redis, Keys, Options);

    public SessionEvents Events =>
        new(connection, new RedisOptions { KeyPrefix = Prefix }, new RedisFaults(Time, NullLogger<RedisFaults>.Instance));

    public static async Task<Store> OpenAsync(SharedRedis redis) => await OpenAsync(await redis.GetConfigurationAsync());

    public static async Task<Store> OpenAsync(string configuration) => new(await ConnectionMultiplexer.ConnectAsync(configuration + ",allowAdmin=true"));

    /// <summary>A session that began now.</summary>
    public Session Session(string accessToken = "the-access-token") => new(
        The.Subject, "https://pool.example.com", new JsonObject { ["email"] = The.Alice, ["cognito:groups"] = new JsonArray("admins") }, Time.GetUtcNow(),
        new TokenSet(accessToken, "the-refresh-token", "the-id-token", "openid email", Time.GetUtcNow(), Time.GetUtcNow().AddHours(1)));

    public async Task<StoredSession> CreateAsync(Session? session = null)
    {
        var id = SessionId.Create();
        await Sessions.CreateAsync(id, session ?? Session());
        return await LoadAsync(id) ?? throw new InvalidOperationException("The session is not there.");
    }

    public Task<StoredSession?> LoadAsync(SessionId id) => Sessions.LoadAsync(id);

    /// <summary>How long Redis still keeps it.</summary>
    public async Task<TimeSpan> TimeToLiveAsync(SessionId id) => await Redis.KeyTimeToLiveAsync(Keys.Session(id.Name)) ?? throw new InvalidOperationException("The key has no TTL.");

    public async ValueTask DisposeAsync()
    {
        var keys = connection.GetServers().SelectMany(server => server.Keys(pattern: Prefix + "*")).ToArray();
        await Redis.KeyDeleteAsync(keys);
        await connection.DisposeAsync();
    }
}
