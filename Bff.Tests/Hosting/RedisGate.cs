using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bff.Tests.Hosting;

/// <summary>
/// Stands between one client and its Redis, and stops it at a command that a test names: what happens before that command happens,
/// what comes after it waits.
/// </summary>
internal sealed class RedisGate : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentBag<Task> connections = [];
    private readonly IPEndPoint server;
    private readonly Task accepting;
    private volatile Stop? stop;

    private RedisGate(IPEndPoint server)
    {
        this.server = server;
        listener.Start();
        accepting = AcceptAsync();
    }

    public string Configuration => $"{listener.LocalEndpoint}";

    /// <summary>Given the words of a command, returns after a while what Redis is sent before it.</summary>
    public Func<string[], Task<byte[]>>? Before { get; set; }

    /// <param name="redisConfiguration">An address and nothing else.</param>
    public static RedisGate To(string redisConfiguration) => new(IPEndPoint.Parse(redisConfiguration));

    /// <summary>From now on, the first command that fits is held.</summary>
    /// <param name="command">How the command begins, its words with a blank between them: <c>SET bff:lease:</c>.</param>
    public Stop StopAt(params string[] command) => stop = new Stop(command);

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        stop?.Go();
        listener.Dispose();
        await accepting;
        await Task.WhenAll(connections);
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(closing.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The end of the test.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var redis = new TcpClient();
        using (client)
        {
            try
            {
                await redis.ConnectAsync(server, closing.Token);
                var answers = redis.GetStream().CopyToAsync(client.GetStream(), closing.Token);
                await Task.WhenAny(answers, PassAsync(client.GetStream(), redis.GetStream()));
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // Either side went away.
            }
        }
    }

    private async Task PassAsync(NetworkStream client, NetworkStream redis)
    {
        var reader = new BufferedStream(client);
        while (await ReadCommandAsync(reader) is var (bytes, words))
        {
            if (stop is { } at && at.Fits(words)) await at.ReachAsync();
            if (Before is { } before) await redis.WriteAsync(await before(words), closing.Token);
            await redis.WriteAsync(bytes, closing.Token);
        }
    }

    /// <summary>An array of bulk strings, as all clients send their commands.</summary>
    private async Task<(byte[] Bytes, string[] Words)?> ReadCommandAsync(Stream from)
    {
        var bytes = new MemoryStream();
        if (await ReadLineAsync(from, bytes) is not { } head) return null;
        Assert.Equal('*', head[0]);
        var words = new string[int.Parse(head[1..], CultureInfo.InvariantCulture)];
        for (var i = 0; i < words.Length; i++)
        {
            if (await ReadLineAsync(from, bytes) is not { } length) return null;
            var word = new byte[int.Parse(length[1..], CultureInfo.InvariantCulture) + 2];
            await from.ReadExactlyAsync(word, closing.Token);
            bytes.Write(word);
            words[i] = Encoding.Latin1.GetString(word.AsSpan(0, word.Length - 2));
        }
        return (bytes.ToArray(), words);
    }

    private async Task<string?> ReadLineAsync(Stream from, MemoryStream bytes)
    {
        var (line, one) = (new StringBuilder(), new byte[1]);
        while (await from.ReadAsync(one, closing.Token) > 0)
        {
            bytes.Write(one);
            if (one[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }
        return null;
    }

    /// <summary>Where the client is stopped.</summary>
    internal sealed class Stop(params string[] command)
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously),
        gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when the command has come, and is held.</summary>
        public Task Reached => reached.Task.WaitAsync(TimeSpan.FromSeconds(60));

        /// <summary>Lets it through, and everything after it.</summary>
        public void Go() => gone.TrySetResult();

        internal bool Fits(string[] words) => !gone.Task.IsCompleted && words.Length >= command.Length
            && command.Zip(words).All(pair => pair.Second.Contains(pair.First, StringComparison.Ordinal));

        public Task ReachAsync()
        {
            reached.TrySetResult();
            return gone.Task;
        }
    }
}
