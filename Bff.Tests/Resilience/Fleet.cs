using Bff.Local.UserPool;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using StackExchange.Redis;

namespace Bff.Tests.Resilience;

/// <summary>
/// Several instances of the BFF, each a process of its own, on one Redis, with one user pool and one API in this process; all on
/// the machine's clock. An instance is reached directly: a test is the load balancer, and turns where it wants to.
/// </summary>
internal sealed class Fleet : IAsyncDisposable
{
    public const string ManagementKey = "the-management-key-of-the-fleet";

    private readonly List<BffProcess> instances = [];
    private readonly PoolSessions poolSessions = new();
    private readonly SocketsHttpHandler network = new() { UseCookies = false, AllowAutoRedirect = false, UseProxy = false };
    private readonly Lazy<ConnectionMultiplexer> redis;
    private WebApplication? api;

    private Fleet(string redisConfiguration)
    {
        RedisConfiguration = redisConfiguration;
        redis = new(() => ConnectionMultiplexer.Connect(redisConfiguration + ",allowAdmin=true,abortConnect=false"));
    }

    public string RedisConfiguration { get; }

    public string KeyPrefix { get; } = SharedRedis.NewKeyPrefix();

    /// <summary>Where browsers are sent back to by the user pool; the first instance listens there.</summary>
    public Uri Url { get; } = new($"http://localhost:{FreePort.Next()}");

    public Uri Api { get; } = new($"http://localhost:{FreePort.Next()}");

    /// <summary>The SPA's origin; nothing listens there, since the tests are the SPA.</summary>
    public Uri Spa { get; } = new($"http://localhost:{FreePort.Next()}/");

    /// <summary>Its faults, rotation, grace, lifetimes and request log are the test's to set and to read.</summary>
    public UserPoolHandle Pool { get; private set; } = null!;

    public IReadOnlyList<BffProcess> Instances => instances;

    public BffProcess this[int instance] => instances[instance];

    /// <summary>The test's own connection.</summary>
    public IConnectionMultiplexer RedisConnection => redis.Value;

    public IDatabase Redis => redis.Value.GetDatabase();

    /// <summary>A load balancer before the instances; with one, browsers do not choose an instance.</summary>
    public Uri? Front { get; set; }

    /// <summary>Settings that differ from the usual, for instances that are added from now on.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Variables of the environment of instances that are added from now on.</summary>
    public Dictionary<string, string?> Environment { get; } = [];

    /// <param name="redisConfiguration">The Redis to use.</param>
    /// <param name="instances">How many processes.</param>
    /// <param name="settings">Settings of the BFF that differ from the usual.</param>
    /// <param name="pool">Changes to the user pool before it starts.</param>
    /// <param name="environment">Variables of the instances' environment.</param>
    /// <param name="ready">Whether Redis is there, so that an instance has to be ready.</param>
    public static async Task<Fleet> StartAsync(
        string redisConfiguration, int instances = 3, (string Key, string Value)[]? settings = null,
        Action<UserPoolOptions>? pool = null, (string Name, string Value)[]? environment = null, bool ready = true)
    {
        var fleet = new Fleet(redisConfiguration);
        try
        {
            foreach (var (key, value) in settings ?? []) fleet.Settings[key] = value;
            foreach (var (name, value) in environment ?? []) fleet.Environment[name] = value;
            await fleet.StartPoolAndApiAsync(pool);
            await Task.WhenAll(Enumerable.Range(0, instances).Select(_ => fleet.Add().StartAsync(ready)));
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where a browser goes that wants this instance.</summary>
    public Uri UrlOf(int instance) => Front ?? this[instance].Url;

    /// <summary>One more instance, which the test starts.</summary>
    public BffProcess Add()
    {
        var settings = new Dictionary<string, string>(UsualSettings.OfBff(Url, Spa, Api, Pool))
        {
            ["Bff:ManagementKey"] = ManagementKey,
            ["Redis:Configuration"] = RedisConfiguration,
            ["Redis:KeyPrefix"] = KeyPrefix,
        };
        foreach (var (key, value) in Settings) settings[key] = value;
        var instance = new BffProcess(settings, Environment, instances is [] ? Url : null);
        instances.Add(instance);
        return instance;
    }

    /// <summary>A user without a session.</summary>
    public FleetBrowser Browser() => new(this, network);

    /// <summary>With these the user pool knows the user who has signed in once, and does not ask.</summary>
    public IReadOnlyList<Cookie> PoolCookies(string user = The.Alice) => poolSessions.CookiesOf(user);

    /// <summary>
    /// A browser of its own with a new session. Only a user's first costs a password: from then on the user pool knows them.
    /// </summary>
    public async Task<FleetBrowser> SignInAsync(int at = 0, string user = The.Alice)
    {
        var browser = Browser();
        await poolSessions.SignInAsync(browser, at, user);
        return browser;
    }

    /// <summary>The operator's <c>POST /revocations</c>.</summary>
    public async Task<HttpResponseMessage> RevokeAsync(int at, string subject)
    {
        using var client = new HttpClient(network, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Post,
            new Uri(this[at].Management, "/revocations"))
        { Content = System.Net.Http.Json.JsonContent.Create(new { sub = subject }) };
        request.Headers.Authorization = new("Bearer", ManagementKey);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(instances.Select(instance => instance.DisposeAsync().AsTask()));
        if (api is not null) await QuietApp.StopAsync(api);
        if (Pool is not null)
        {
            await QuietApp.StopAsync(Pool.App);
            await Pool.DisposeAsync();
        }
        if (redis.IsValueCreated) await redis.Value.DisposeAsync();
        network.Dispose();
        poolSessions.Dispose();
    }

    private async Task StartPoolAndApiAsync(Action<UserPoolOptions>? change)
    {
        Pool = UserPoolServer.Build(UsualSettings.OfPool(Url, Spa, change), QuietApp.Configure);
        await Pool.StartAsync();
        api = await QuietApp.StartApiAsync(Api, Pool, QuietApp.Configure);
    }
}
