using Bff.Benchmarks.Hosting;
using Bff.Benchmarks.Load;

namespace Bff.Benchmarks.Sections;

/// <summary>What all sections share: Redis, user pool, API, the load's process, and the servers, each started when first used.</summary>
internal sealed class World : IAsyncDisposable
{
    public const int FleetSize = 3;

    private readonly Dictionary<string, Server> servers = [];
    private readonly Dictionary<string, string[]> sessions = [];
    private readonly Server api;
    private Fleet? fleet;

    private World(RedisServer redis, UserPool pool, Server api, LoadProcess load, Plan plan) =>
        (Redis, Pool, this.api, Load, Plan) = (redis, pool, api, load, plan);

    public RedisServer Redis { get; }

    public UserPool Pool { get; }

    public LoadProcess Load { get; }

    public Plan Plan { get; }

    public static async Task<World> StartAsync(Plan plan)
    {
        var redis = await RedisServer.StartAsync();
        return new World(redis, await UserPool.StartAsync(), await Programs.ServeAsync("api", "API"), LoadProcess.Start(), plan);
    }

    public Task<Server> KestrelAsync() => OnceAsync("Kestrel, fixed JSON", name => Programs.ServeAsync("kestrel", name));

    public Task<Server> RedisGetAsync() => OnceAsync("Kestrel + one Redis GET", async name =>
    {
        await Redis.Database.StringSetAsync(Servers.RedisGetServer.Key, new byte[await Pool.TokenTextLengthAsync()]);
        return await Programs.ServeAsync("redis-get", name, $"--redis={Redis.Configuration}");
    });

    public Task<Server> YarpAsync() => OnceAsync("bare YARP", name => Programs.ServeAsync("yarp", name, $"--api={ApiUrl}"));

    public Task<Server> StockAsync() => OnceAsync("stock stack", name => StartStockAsync(name));

    public Task<Server> BffAsync() => OnceAsync("BFF", name => StartBffAsync(name));

    /// <summary>On the same Redis, so that it knows the sessions of <see cref="BffAsync"/>.</summary>
    public Task<Server> LoggingBffAsync() => OnceAsync("BFF, with the request log", name => StartBffAsync(name, logs: true));

    public async Task<Server> StartStockAsync(string name, string? redis = null)
    {
        var client = Pool.Options.Clients[0];
        return Known(await Programs.ServeAsync("stock", name, $"--redis={redis ?? Redis.Configuration}", $"--api={ApiUrl}",
            $"--authority={Pool.Options.IssuerUrl}", $"--client-id={client.ClientId}", $"--client-secret={client.ClientSecrets[0]}"));
    }

    public async Task<Server> StartBffAsync(string name, string? redis = null, bool logs = false, string? published = null) =>
        Known(await Programs.BffAsync(name, Settings(redis) with { LogsRequests = logs }, published));

    /// <summary>Three instances that the sections share.</summary>
    public async Task<Fleet> FleetAsync() => fleet ??= await StartFleetAsync(Redis.Configuration);

    /// <summary>Three instances that the caller ends.</summary>
    public async Task<Fleet> StartFleetAsync(string redis)
    {
        var started = await Fleet.StartAsync(FleetSize, Settings(redis));
        Known(started.First);
        return started;
    }

    /// <summary>The cookies of as many new sessions, of different users.</summary>
    public Task<string[]> SignInAsync(Server server, int count) =>
        SignInAsync(server, [.. Enumerable.Range(0, count).Select(number => Pool.Cookies[number % UserPool.Users])]);

    /// <summary>A new session for each of these users of the pool.</summary>
    public async Task<string[]> SignInAsync(Server server, IReadOnlyList<string> poolCookies)
    {
        using var flow = await LoginFlow.OpenAsync(server.Port, Pool.Port);
        var cookies = new List<string>();
        foreach (var cookie in poolCookies) cookies.Add(await flow.SignInAsync(cookie));
        return [.. cookies];
    }

    /// <summary>The cookies of sessions that all sections may use, one for each connection.</summary>
    public async Task<string[]> SessionsAsync(Server server)
    {
        if (!sessions.TryGetValue(server.Name, out var cookies))
            sessions[server.Name] = cookies = await SignInAsync(server, UserPool.Users);
        return cookies;
    }

    public async ValueTask DisposeAsync()
    {
        await Load.DisposeAsync();
        if (fleet is not null) await fleet.DisposeAsync();
        foreach (var server in servers.Values) await server.DisposeAsync();
        await api.DisposeAsync();
        await Pool.DisposeAsync();
        await Redis.DisposeAsync();
    }

    private string ApiUrl => $"http://127.0.0.1:{api.Port}/";

    private BffSettings Settings(string? redis) => new(redis ?? Redis.Configuration, Pool.Options, api.Port);

    private Server Known(Server server)
    {
        Pool.Accept(new Uri(server.Url, "/callback"));
        return server;
    }

    private async Task<Server> OnceAsync(string name, Func<string, Task<Server>> startAsync)
    {
        if (!servers.TryGetValue(name, out var server)) servers[name] = server = await startAsync(name);
        return server;
    }
}
