using Bff.Local.Api;
using Bff.Local.Spa;
using Bff.Local.UserPool;

namespace Bff.Local;

/// <summary>The whole system in this process: Redis, user pool, API, BFF and SPA.</summary>
internal sealed class LocalSystem : IAsyncDisposable
{
    private readonly EmbeddedRedis? redis;
    private readonly List<WebApplication> apps = [];

    private LocalSystem(LocalSettings settings)
    {
        Settings = settings;
        redis = settings.RedisConfiguration is null ? EmbeddedRedis.Start() : null;
    }

    public LocalSettings Settings { get; }

    /// <summary>The connection string of the Redis in use.</summary>
    public string RedisConfiguration => redis?.Configuration ?? Settings.RedisConfiguration!;

    public bool RedisIsEmbedded => redis is not null;

    /// <exception cref="CannotStartException">A port is in use.</exception>
    public static Task<LocalSystem> StartAsync(LocalSettings settings, CancellationToken cancellation = default) =>
        StartAsync(settings, _ => { }, cancellation);

    /// <param name="configure">The seam for a host that brings a place for logs.</param>
    /// <exception cref="CannotStartException">A port is in use.</exception>
    public static async Task<LocalSystem> StartAsync(LocalSettings settings, Action<WebApplicationBuilder> configure,
        CancellationToken cancellation = default)
    {
        DemandFreePorts(settings);
        var system = new LocalSystem(settings);
        try
        {
            await system.StartPartsAsync(QuietConsole.For(settings) + configure, cancellation);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns when Ctrl-C, SIGTERM or a part's own end asks for the end of all.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellation = default) =>
        Task.WhenAny(apps.Select(app => app.WaitForShutdownAsync(cancellation)));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(apps.Select(app => app.StopAsync()));
        foreach (var app in apps)
        {
            await app.DisposeAsync();
        }

        if (redis is not null)
        {
            await redis.DisposeAsync();
        }
    }

    private async Task StartPartsAsync(Action<WebApplicationBuilder> configure, CancellationToken cancellation)
    {
        apps.Add(UserPoolServer.Build(Settings.UserPool, configure + LocalServer.InDevelopment).App);
        apps.Add(ApiServer.Build(Settings.Api, configure));
        apps.Add(Bff.Program.Build(Settings.BffArguments(RedisConfiguration), configure));
        apps.Add(SpaServer.Build(Settings.Spa, configure));
        foreach (var app in apps)
        {
            await app.StartAsync(cancellation);
        }
    }

    /// <param name="settings">Where the parts listen.</param>
    /// <param name="part">One part alone, by the beginning of its name.</param>
    /// <exception cref="CannotStartException">A port is in use; the message names the setting that moves it.</exception>
    public static void DemandFreePorts(LocalSettings settings, string part = "") =>
        Ports(settings).FindAll(port => port.Part.StartsWith(part, StringComparison.Ordinal)).ForEach(port => port.DemandFree());

    private static List<LocalPort> Ports(LocalSettings settings) =>
    [
        new("BFF", settings.Local.BffUrl.Port, "--Local:BffUrl=http://localhost:PORT"),
        new("BFF's management", settings.Local.ManagementPort, "--Local:ManagementPort=PORT"),
        new("user pool's sign-in pages", settings.UserPool.DomainUrl.Port, "--UserPool:DomainUrl=http://localhost:PORT"),
        new("user pool's issuer", settings.UserPool.IssuerUrl.Port, "--UserPool:IssuerUrl=http://localhost:PORT/local_pool"),
        new("API", settings.Local.ApiUrl.Port, "--Local:ApiUrl=http://localhost:PORT"),
        new("SPA", settings.Local.SpaUrl.Port, "--Local:SpaUrl=http://localhost:PORT")
    ];
}
