using Bff.Benchmarks.Hosting;
using Bff.Benchmarks.Load;

namespace Bff.Benchmarks.Sections;

/// <summary>What all sections share: Redis, user pool, API, the load's process, and the servers, each started when first used.</summary>
internal sealed class World : IAsyncDisposable
{
    private readonly Dictionary<string, Server> servers = [];
    private readonly Dictionary<(string Server, int Count), string[]> sessions = [];
    private readonly Server api;

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
        await Redis.Database.StringSetAsync(RedisGetServerKey, new byte[await TokenTextLengthAsync()]);
        return await Programs.ServeAsync("redis-get", name, $"--redis={Redis.Configuration}");
    });

    public Task<Server> YarpAsync() => OnceAsync("bare YARP", name => Programs.ServeAsync("yarp", name, $"--api={ApiUrl}"));

    public Task<Server> StockAsync() => OnceAsync("stock stack", StartStockAsync);

    public Task<Server> BffAsync() => OnceAsync("BFF", name => StartBffAsync(name));

    /// <summary>On the same Redis, so that it knows the sessions of <see cref="BffAsync"/>.</summary>
    public Task<Server> LoggingBffAsync() => OnceAsync("BFF, default log", name => StartBffAsync(name, logs: true));

    public async Task<Server> StartStockAsync(string name)
    {
        var client = Pool.Options.Clients[0];
        return Known(await Programs.ServeAsync("stock", name, $"--redis={Redis.Configuration}", $"--api={ApiUrl}",
            $"--authority={Pool.Options.IssuerUrl}", $"--client-id={client.ClientId}", $"--client-secret={client.ClientSecrets[0]}"));
    }

    public async Task<Server> StartBffAsync(string name, bool logs = false, RedisServer? redis = null) =>
        Known(await Programs.BffAsync(name, new BffSettings((redis ?? Redis).Configuration, Pool.Options, api.Port) { LogsByDefault = logs }));

    /// <summary>The cookies of as many new sessions, of different users.</summary>
    public async Task<string[]> SignInAsync(Server server, int count)
    {
        using var flow = await LoginFlow.OpenAsync(server.Port, Pool.Port);
        var cookies = new string[count];
        for (var i = 0; i < count; i++) cookies[i] = await flow.SignInAsync(Pool.Cookies[i % UserPool.Users]);
        return cookies;
    }

    /// <summary>The cookies of sessions that all sections may use, one for each connection.</summary>
    public async Task<string[]> SessionsAsync(Server server)
    {
        if (!sessions.TryGetValue((server.Name, 64), out var cookies))
            sessions[(server.Name, 64)] = cookies = await SignInAsync(server, 64);
        return cookies;
    }

    public Task<int> TokenTextLengthAsync() => new PoolTokens(Pool.Options).TextLengthAsync(Pool.Cookies[0]);

    public async ValueTask DisposeAsync()
    {
        await Load.DisposeAsync();
        foreach (var server in servers.Values) await server.DisposeAsync();
        await api.DisposeAsync();
        await Pool.DisposeAsync();
        await Redis.DisposeAsync();
    }

    private const string RedisGetServerKey = Servers.RedisGetServer.Key;

    private string ApiUrl => $"http://127.0.0.1:{api.Port}/";

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
