using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using StackExchange.Redis;

namespace Bff.Tests.Hosting;

/// <summary>Every command that a Redis server is sent, as its <c>MONITOR</c> tells it.</summary>
internal sealed class RedisMonitor : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> lines = [];
    private readonly TcpClient connection = new();
    private Task reading = Task.CompletedTask;

    public static async Task<RedisMonitor> StartAsync(RedisServer server)
    {
        var monitor = new RedisMonitor();
        await monitor.connection.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        await monitor.connection.GetStream().WriteAsync("MONITOR\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var reader = new StreamReader(monitor.connection.GetStream(), Encoding.Latin1);
        Assert.Equal("+OK", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        monitor.reading = monitor.ReadAsync(reader);
        return monitor;
    }

    /// <summary>
    /// The commands since the last call that name a key of this system; a marker makes sure that none is still on its way.
    /// </summary>
    public async Task<List<string>> TakeAsync(BffSystem system) =>
        (await TakeAllAsync(system)).FindAll(line => line.Contains(system.KeyPrefix, StringComparison.Ordinal));

    /// <summary>All commands since the last call, whomever they come from.</summary>
    public async Task<List<string>> TakeAllAsync(BffSystem system)
    {
        RedisKey marker = SharedRedis.NewKeyPrefix() + "marker";
        await system.Redis.KeyExistsAsync(marker);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        List<string> taken = [];
        while (taken.Count == 0 || !taken[^1].Contains(marker.ToString(), StringComparison.Ordinal))
        {
            if (lines.TryDequeue(out var line)) taken.Add(line);
            else await Task.Delay(5, deadline.Token);
        }
        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        connection.Dispose();
        await reading;
    }

    private async Task ReadAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line) lines.Enqueue(line);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The end of the test.
        }
    }
}
