using Bff.Local.UserPool;
using Bff.Oidc;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace Bff.Tests.Hosting;

/// <summary>
/// The BFF as it runs, on real ports, with the local user pool, the API and a Redis; one clock, which the test turns,
/// for all but Redis.
/// </summary>
internal sealed class BffSystem : IAsyncDisposable
{
    private readonly List<WebApplication> apps = [];
    private readonly Lazy<ConnectionMultiplexer> redis;
    private Action<WebApplicationBuilder>? configureBff;
    private bool readsMetadataAtStart;

    private BffSystem(string redisConfiguration, FakeTimeProvider time)
    {
        (RedisConfiguration, Time) = (redisConfiguration, time);
        redis = new(() => ConnectionMultiplexer.Connect(redisConfiguration + ",allowAdmin=true"));
    }

    public string RedisConfiguration { get; }

    public FakeTimeProvider Time { get; }

    public UserPoolHandle Pool { get; private set; } = null!;

    public Uri Api { get; } = new($"http://localhost:{FreePort.Next()}");

    /// <summary>Where browsers reach the BFF; its first instance listens there.</summary>
    public Uri Url { get; } = new($"http://localhost:{FreePort.Next()}");

    public Uri Management { get; } = new($"http://localhost:{FreePort.Next()}");

    /// <summary>The SPA's origin; nothing listens there, since the tests are the SPA.</summary>
    public Uri Spa { get; } = new($"http://localhost:{FreePort.Next()}/");

    public string KeyPrefix { get; } = SharedRedis.NewKeyPrefix();

    public LogSink Logs { get; } = new();

    /// <summary>What the first instance is made of.</summary>
    public IServiceProvider Services => apps[1].Services;

    public IDatabase Redis => redis.Value.GetDatabase();

    /// <summary>Settings that differ from the usual, for all instances.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <param name="redisConfiguration">The Redis to use.</param>
    /// <param name="settings">Settings of the BFF that differ from the usual.</param>
    /// <param name="pool">Changes to the user pool before it starts.</param>
    /// <param name="poolIsDown">Whether the user pool is left for the test to start.</param>
    /// <param name="bff">Changes to the BFF before it is built.</param>
    /// <param name="readsMetadataAtStart">Whether it does; a test that changes the provider cannot know when.</param>
    public static async Task<BffSystem> StartAsync(
        string redisConfiguration, (string Key, string Value)[]? settings = null, Action<UserPoolOptions>? pool = null,
        bool poolIsDown = false, Action<WebApplicationBuilder>? bff = null, bool readsMetadataAtStart = false)
    {
        // Real time, so that Redis' own clock and this one agree until the test turns it.
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var system = new BffSystem(redisConfiguration, time) { configureBff = bff, readsMetadataAtStart = readsMetadataAtStart };
        foreach (var (key, value) in settings ?? []) system.Settings[key] = value;
        system.Pool = UserPoolServer.Build(UsualSettings.OfPool(system.Url, system.Spa, pool), system.Configure);
        if (!poolIsDown) await system.Pool.StartAsync();
        system.apps.Add(await QuietApp.StartApiAsync(system.Api, system.Pool, system.Configure));
        await system.StartInstanceAsync(system.Url, system.Management);
        return system;
    }

    public static async Task<BffSystem> StartAsync(
        SharedRedis redis, (string Key, string Value)[]? settings = null, Action<UserPoolOptions>? pool = null, bool poolIsDown = false,
        Action<WebApplicationBuilder>? bff = null, bool readsMetadataAtStart = false) =>
        await StartAsync(await redis.GetConfigurationAsync(), settings, pool, poolIsDown, bff, readsMetadataAtStart);

    /// <summary>One more instance on the same Redis; returns where it listens.</summary>
    public async Task<Uri> AddInstanceAsync()
    {
        var url = new Uri($"http://localhost:{FreePort.Next()}");
        await StartInstanceAsync(url, new Uri($"http://localhost:{FreePort.Next()}"));
        return url;
    }

    /// <summary>Stops the first instance and starts it again at the same address with the current settings.</summary>
    public async Task RestartAsync()
    {
        await StopFirstAsync();
        await StartInstanceAsync(Url, Management);
    }

    /// <summary>Stops the first instance and leaves it so.</summary>
    public async Task StopFirstAsync()
    {
        await QuietApp.StopAsync(apps[1]);
        apps.RemoveAt(1);
    }

    public Browser Browser() => new(Time);

    public async ValueTask DisposeAsync()
    {
        foreach (var app in Enumerable.Reverse(apps)) await QuietApp.StopAsync(app);
        await Pool.DisposeAsync();
        if (redis.IsValueCreated) await redis.Value.DisposeAsync();
    }

    /// <summary>All keys of this system's prefix.</summary>
    public List<string> Keys() =>
        [.. redis.Value.GetServers().SelectMany(server => server.Keys(pattern: KeyPrefix + "*")).Select(key => key.ToString())];

    private async Task StartInstanceAsync(Uri url, Uri management)
    {
        var app = Bff.Program.Build(Arguments(url, management), builder =>
        {
            Configure(builder);
            builder.Logging.AddProvider(Logs);
            if (!readsMetadataAtStart) builder.Host.ConfigureContainer<IServiceCollection>((_, all) => Remove<MetadataAtStart>(all));
            configureBff?.Invoke(builder);
        });
        apps.Add(app);
        await app.StartAsync();
    }

    private static void Remove<T>(IServiceCollection all) => all.Remove(all.Single(service => service.ImplementationType == typeof(T)));

    private void Configure(WebApplicationBuilder builder)
    {
        QuietApp.Configure(builder);
        builder.Services.AddSingleton<TimeProvider>(Time);
    }

    private string[] Arguments(Uri url, Uri management)
    {
        var settings = new Dictionary<string, string>(UsualSettings.OfBff(Url, Spa, Api, Pool))
        {
            ["urls"] = url.Origin(),
            ["Bff:ManagementPort"] = $"{management.Port}",
            ["Redis:Configuration"] = RedisConfiguration,
            ["Redis:KeyPrefix"] = KeyPrefix,
        };
        foreach (var (key, value) in Settings) settings[key] = value;
        return [.. settings.Select(setting => $"--{setting.Key}={setting.Value}")];
    }
}
