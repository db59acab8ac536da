using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Bff.Tests.Hosting;

/// <summary>A long way to a server: what it answers arrives later, in order, and by as much as the test says.</summary>
internal sealed class DelayingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly int target;
    private readonly Task accepting;

    public DelayingProxy(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How much later whatever the server answers from now on arrives.</summary>
    public TimeSpan Delay { get; set; }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Dispose();
        await accepting;
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(CarryAsync(await listener.AcceptTcpClientAsync(ending.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, target, ending.Token);
                var late = Channel.CreateUnbounded<(byte[] Bytes, long Read)>();
                await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream(), ending.Token),
                    ReadAsync(server.GetStream(), late.Writer), WriteAsync(late.Reader, client.GetStream()));
            }
            catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
            {
                // One of the two has gone.
            }
        }
    }

    private async Task ReadAsync(NetworkStream from, ChannelWriter<(byte[] Bytes, long Read)> late)
    {
        var buffer = new byte[16384];
        while (await from.ReadAsync(buffer, ending.Token) is > 0 and var count)
            await late.WriteAsync((buffer[..count], Stopwatch.GetTimestamp()), ending.Token);
    }

    private async Task WriteAsync(ChannelReader<(byte[] Bytes, long Read)> late, NetworkStream to)
    {
        await foreach (var (bytes, read) in late.ReadAllAsync(ending.Token))
        {
            if (Delay - Stopwatch.GetElapsedTime(read) is var left && left > TimeSpan.Zero) await Task.Delay(left, ending.Token);
            await to.WriteAsync(bytes, ending.Token);
        }
    }
}
