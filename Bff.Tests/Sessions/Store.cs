using System.Text.Json.Nodes;
using Bff.Oidc;
using Bff.Sessions;
using Bff.Storage;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace Bff.Tests.Sessions;

/// <summary>
/// Session stores on a real Redis, under keys of the test's own, with a clock that the test turns. Redis keeps its own time.
/// </summary>
internal sealed class Store : IAsyncDisposable
{
    private const string Issuer = "https://pool.example.com";

    private readonly ConnectionMultiplexer connection;
    private readonly RedisOptions redisOptions = new() { KeyPrefix = SharedRedis.NewKeyPrefix() };

    private Store(ConnectionMultiplexer connection)
    {
        this.connection = connection;
        Bus = new SessionBus(connection, redisOptions, new RedisFaults(Time, NullLogger<RedisFaults>.Instance));
    }

    /// <summary>Redis' time and this clock agree until the test turns it.</summary>
    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public Bff.Sessions.SessionOptions Options { get; } = new();

    public string Prefix => redisOptions.KeyPrefix;

    public IDatabase Redis => connection.GetDatabase();

    public RedisKeys Keys => new(redisOptions);

    public SessionBus Bus { get; }

    public RedisCommands Commands => new(Redis, NoTelemetry.New());

    public SessionStore Sessions => new(Commands, Keys, Bus, Options, new OidcOptions { Authority = Issuer }, Time);

    public UserSessions Index => new(Commands, Keys, Sessions, Options, Time);

    /// <summary>Without a provider: its sessions have no refresh token.</summary>
    public SessionEnding Ending =>
        new(Sessions, Index, Bus,
            new TokenClient(null!, null!, null!, Time, NoTelemetry.New(), null!),
            NoTelemetry.New(), NullLogger<SessionEnding>.Instance);

    public SessionIndexKey User { get; } = SessionIndexKey.OfUser(Issuer, The.Subject);

    public RedisKey IndexKey => Keys.Index(User.Kind, User.Name);

    public static async Task<Store> OpenAsync(SharedRedis redis) => await OpenAsync(await redis.GetConfigurationAsync());

    public static async Task<Store> OpenAsync(string configuration) =>
        new(await ConnectionMultiplexer.ConnectAsync(configuration + ",allowAdmin=true"));

    /// <summary>A session that began now and is nowhere yet.</summary>
    public Session Session() => new(
        SessionId.Create(), The.Subject, Issuer, The.Nonce,
        UserClaims.Of(new JsonObject { ["email"] = The.Alice, ["cognito:groups"] = new JsonArray("admins") }), Time.GetUtcNow(), Tokens())
    {
        LastUsed = Time.GetUtcNow(),
    };

    public TokenSet Tokens(string accessToken = "the-access-token") =>
        new(accessToken, RefreshToken: null, "the-id-token", "openid email", Time.GetUtcNow(), Time.GetUtcNow().AddHours(1));

    /// <summary>A session that began now, listed and created.</summary>
    public async Task<Session> CreateAsync(Session? session = null)
    {
        session ??= Session();
        await Index.AddAsync(session, "Chrome on Linux");
        await Sessions.CreateAsync(session);
        return await LoadAsync(session.Id) ?? throw new InvalidOperationException("The session is not there.");
    }

    public Task<Session?> LoadAsync(SessionId id) => Sessions.LoadAsync(id);

    public Task<Session?> ReplaceAsync(Session session, string accessToken) =>
        Sessions.ReplaceAsync(session with { Tokens = Tokens(accessToken) });

    public Task<long> IndexLengthAsync() => Redis.HashLengthAsync(IndexKey);

    public Task<TimeSpan> IndexTimeToLiveAsync() => TimeToLiveAsync(IndexKey);

    /// <summary>How long Redis still keeps the session.</summary>
    public Task<TimeSpan> TimeToLiveAsync(SessionId id) => TimeToLiveAsync(Keys.Session(id.Name));

    public async ValueTask DisposeAsync()
    {
        var keys = connection.GetServers().SelectMany(server => server.Keys(pattern: Prefix + "*")).ToArray();
        await Redis.KeyDeleteAsync(keys);
        await connection.DisposeAsync();
    }

    private async Task<TimeSpan> TimeToLiveAsync(RedisKey key) =>
        await Redis.KeyTimeToLiveAsync(key) ?? throw new InvalidOperationException("The key has no TTL.");
}
