using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bff.Tests.Hosting;

/// <summary>One <c>redis-server</c> among several that work together; it can be asked anything, killed, frozen and started again.</summary>
internal sealed class RedisNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("bff-redis-");
    private readonly string[] arguments;
    private readonly string? configuration;
    private KeptProcess? process;

    /// <param name="arguments">What it is started with, besides address and folder.</param>
    /// <param name="configuration">Its configuration file, which it may rewrite itself, as Sentinel does.</param>
    public RedisNode(IEnumerable<string> arguments, string? configuration = null)
    {
        (this.arguments, this.configuration) = ([.. arguments], configuration);
        if (configuration is not null) File.WriteAllText(ConfigurationFile, configuration);
    }

    public int Port { get; } = FreePort.Next();

    public string Address => $"127.0.0.1:{Port}";

    public bool IsRunning => process?.IsRunning == true;

    private string ConfigurationFile => Path.Combine(folder.FullName, "redis.conf");

    /// <summary>Starts it, with what it has in its folder, and returns when it answers.</summary>
    public async Task StartAsync()
    {
        var executable = InstalledProgram.Require(RedisServer.ExecutablePath, "redis-server", "redis-server");
        process = KeptProcess.Start(executable, [.. configuration is null ? (string[])[] : [ConfigurationFile], "--bind", "127.0.0.1",
            "--port", $"{Port}", "--dir", folder.FullName, .. arguments]);
        await UntilAsync(async () => await AskAsync("PING") == "PONG", "it does not answer");
    }

    /// <summary>Kills it, as a machine that loses its power would; <see cref="StartAsync"/> starts it again.</summary>
    public async Task KillAsync()
    {
        if (process is null) return;
        await process.DisposeAsync();
        process = null;
    }

    public Task FreezeAsync() => process!.SignalAsync("STOP");

    public Task ThawAsync() => process!.SignalAsync("CONT");

    /// <summary>What it answers, an array as its lines, an error with its name first; null when it does not answer.</summary>
    public async Task<string?> AskAsync(params string[] command)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port, deadline.Token);
            var request = $"*{command.Length}\r\n" + string.Concat(command.Select(word =>
                $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n"));
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(request), deadline.Token);
            using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
            return await ReadAsync(reader, deadline.Token);
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Returns when one of the others, its replica, has everything that this one was told until now.</summary>
    public async Task ReplicateAsync(IEnumerable<RedisNode> others)
    {
        // ROLE: "master", offset, replicas; or "slave", host, port, state, offset.
        var told = long.Parse((await AskAsync("ROLE"))!.Split('\n')[1], CultureInfo.InvariantCulture);
        await UntilAsync(
            async () =>
            {
                foreach (var other in others.Where(other => other.IsRunning))
                {
                    if ((await other.AskAsync("ROLE"))?.Split('\n') is ["slave", _, var master, _, var offset] && master == $"{Port}"
                        && long.Parse(offset, CultureInfo.InvariantCulture) >= told) return true;
                }
                return false;
            },
            "its replica does not follow");
    }

    /// <summary>Waits for what comes by itself.</summary>
    public async Task UntilAsync(Func<Task<bool>> isSo, string otherwise)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(IsRunning && Stopwatch.GetElapsedTime(started) < Patience, $"redis-server on port {Port}: "
                + $"{otherwise}\n{string.Join('\n', process?.Output ?? [])}");
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        folder.Delete(recursive: true);
    }

    private static async Task<string?> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var line = await reader.ReadLineAsync(cancellationToken) ?? throw new IOException("The connection was closed.");
        var length = line[0] is '$' or '*' ? int.Parse(line[1..], CultureInfo.InvariantCulture) : 0;
        switch (line[0])
        {
            case '$' when length >= 0:
                var text = new char[length + 2];
                await reader.ReadBlockAsync(text, cancellationToken);
                return new string(text, 0, length);
            case '*' when length >= 0:
                var parts = new List<string?>();
                for (var i = 0; i < length; i++) parts.Add(await ReadAsync(reader, cancellationToken));
                return string.Join('\n', parts);
            case '$' or '*':
                return "";
            default:
                return line[1..];
        }
    }
}
