using System.Net;
using System.Net.Sockets;
using Garnet;
using Garnet.common;
using Garnet.server;

namespace Bff.Local;

/// <summary>A server of the Redis protocol inside this process (Garnet): on loopback, in memory, gone with the process.</summary>
internal sealed class EmbeddedRedis : IAsyncDisposable
{
    private readonly GarnetServer server;

    private EmbeddedRedis(GarnetServer server, int port)
    {
        this.server = server;
        Port = port;
    }

    public int Port { get; }

    /// <summary>The connection string for StackExchange.Redis.</summary>
    public string Configuration => $"127.0.0.1:{Port}";

    public static EmbeddedRedis Start() => StartOnOneOf(FreePorts().Take(5));

    /// <summary>
    /// Garnet cannot choose a free port. A port that was free may be taken before Garnet uses it: then the next one is tried.
    /// </summary>
    internal static EmbeddedRedis StartOnOneOf(IEnumerable<int> ports)
    {
        GarnetException? inUse = null;
        foreach (var port in ports)
        {
            var server = new GarnetServer(Options(port));
            try
            {
                server.Start();
                return new EmbeddedRedis(server, port);
            }
            catch (GarnetException error) when (error.InnerException is SocketException)
            {
                server.Dispose();
                inUse = error;
            }
        }

        throw new CannotStartException($"The embedded Redis found no free port. {inUse?.Message}");
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

    private static IEnumerable<int> FreePorts()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            listener.Stop();
            yield return port;
        }
    }
}
