using System.Net;
using System.Net.Sockets;
using Garnet;
using Garnet.server;

namespace Bff.Local;

/// <summary>A server of the Redis protocol inside this process (Garnet): on loopback, in memory, gone with the process.</summary>
internal sealed class EmbeddedRedis : IAsyncDisposable
{
    private readonly GarnetServer server;

    private EmbeddedRedis(GarnetServer server, int port)
    {
        this.server = server;
        Configuration = $"127.0.0.1:{port}";
    }

    /// <summary>The connection string for StackExchange.Redis.</summary>
    public string Configuration { get; }

    public static EmbeddedRedis Start()
    {
        const int attempts = 5;
        for (var attempt = 1; ; attempt++)
        {
            // Garnet cannot be told "any port", so the one found free may be taken by another in the meantime.
            var port = FreePort();
            try
            {
                var server = new GarnetServer(Options(port));
                server.Start();
                return new EmbeddedRedis(server, port);
            }
            catch (SocketException) when (attempt < attempts)
            {
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        server.Dispose();
        return ValueTask.CompletedTask;
    }

    private static GarnetServerOptions Options(int port) => new()
    {
        EndPoints = [new IPEndPoint(IPAddress.Loopback, port)],
        // Beyond this, Garnet silently forgets the oldest keys; it is taken as it is needed.
        LogMemorySize = "256m",
        PageSize = "1m",
        IndexMemorySize = "4m",
        PubSubPageSize = "64k",
        EnableLua = true,
        LuaOptions = new LuaOptions(),
        QuietMode = true
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
