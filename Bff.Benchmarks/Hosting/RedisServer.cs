using StackExchange.Redis;

namespace Bff.Benchmarks.Hosting;

/// <summary>A <c>redis-server</c> of the benchmark's own, in memory only.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly KeptProcess process;
    private readonly ConnectionMultiplexer connection;

    private RedisServer(KeptProcess process, ConnectionMultiplexer connection, int port)
    {
        (this.process, this.connection, Port) = (process, connection, port);
        Commands = new RedisCommands(Server);
    }

    public int Port { get; }

    /// <summary>The connection string for StackExchange.Redis.</summary>
    public string Configuration => $"127.0.0.1:{Port}";

    public IDatabase Database => connection.GetDatabase();

    public IServer Server => connection.GetServer(connection.GetEndPoints()[0]);

    public ProcessUsage Usage => process.Usage;

    public RedisCommands Commands { get; }

    public static async Task<RedisServer> StartAsync()
    {
        var port = FreePort.Next();
        var process = KeptProcess.Start("redis-server",
            ["--bind", "127.0.0.1", "--port", $"{port}", "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"]);
        await Readiness.ListensAsync(port, process);
        var options = ConfigurationOptions.Parse($"127.0.0.1:{port},allowAdmin=true,syncTimeout=60000,asyncTimeout=60000");
        return new RedisServer(process, await ConnectionMultiplexer.ConnectAsync(options), port);
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await process.DisposeAsync();
    }
}
