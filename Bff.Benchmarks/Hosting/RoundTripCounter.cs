using System.Net;
using System.Net.Sockets;

namespace Bff.Benchmarks.Hosting;

/// <summary>
/// Stands between a server and Redis and counts round trips: how often the server writes after Redis has answered. Commands that leave
/// together count as one.
/// </summary>
internal sealed class RoundTripCounter : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, FreePort.Next());
    private readonly int redisPort;
    private int count, isAnswered = 1;

    public RoundTripCounter(int redisPort)
    {
        this.redisPort = redisPort;
        listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The connection string for the server.</summary>
    public string Configuration => listener.LocalEndpoint.ToString()!;

    public int Count => Volatile.Read(ref count);

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = PassOnAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It was disposed.
        }
    }

    private async Task PassOnAsync(TcpClient server)
    {
        using var redis = new TcpClient();
        await redis.ConnectAsync(IPAddress.Loopback, redisPort);
        redis.NoDelay = server.NoDelay = true;
        using (server)
        {
            await Task.WhenAny(CopyAsync(server, redis, OnCommands), CopyAsync(redis, server, OnAnswers));
        }
    }

    private void OnCommands()
    {
        if (Interlocked.Exchange(ref isAnswered, 0) == 1) Interlocked.Increment(ref count);
    }

    private void OnAnswers() => Volatile.Write(ref isAnswered, 1);

    private static async Task CopyAsync(TcpClient from, TcpClient to, Action onData)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var length)
            {
                onData();
                await to.GetStream().WriteAsync(buffer.AsMemory(0, length));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the two has closed the connection.
        }
    }
}
