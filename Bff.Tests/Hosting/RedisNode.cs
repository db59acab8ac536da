using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Bff.Tests.Hosting;

/// <summary>One <c>redis-server</c> among several that work together; it can be asked anything, killed, frozen and started again.</summary>
internal sealed class RedisNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("bff-redis-");
    private readonly string[] arguments;
    private readonly string? configuration;
    private readonly X509Certificate2? certificate;
    private KeptProcess? process;

    /// <param name="arguments">What it is started with, besides address and folder.</param>
    /// <param name="configuration">Its configuration file, which it may rewrite itself, as Sentinel does.</param>
    /// <param name="certificate">With it, the server accepts TLS only.</param>
    public RedisNode(IEnumerable<string> arguments, string? configuration = null, X509Certificate2? certificate = null)
    {
        (this.arguments, this.configuration, this.certificate) = ([.. arguments], configuration, certificate);
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
            .. PortArguments(), "--dir", folder.FullName, .. arguments]);
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
            await using var stream = await OpenAsync(client, deadline.Token);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(request), deadline.Token);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return await ReadAsync(reader, deadline.Token);
        }
        catch (Exception exception) when (exception
            is SocketException or IOException or OperationCanceledException or AuthenticationException)
        {
            return null;
        }
    }

    /// <summary>Returns when a replica of this server has everything that it has written until now.</summary>
    public async Task ReplicateAsync(IEnumerable<RedisNode> others)
    {
        // ROLE: "master", offset, replicas; or "slave", host, port, state, offset.
        var written = long.Parse((await AskAsync("ROLE"))!.Split('\n')[1], CultureInfo.InvariantCulture);
        await UntilAsync(
            async () =>
            {
                foreach (var other in others.Where(other => other.IsRunning))
                {
                    if ((await other.AskAsync("ROLE"))?.Split('\n') is ["slave", _, var master, _, var offset] && master == $"{Port}"
                        && long.Parse(offset, CultureInfo.InvariantCulture) >= written) return true;
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

    private string[] PortArguments()
    {
        if (certificate is null) return ["--port", $"{Port}"];
        var (presented, key) = (Path.Combine(folder.FullName, "certificate.pem"), Path.Combine(folder.FullName, "key.pem"));
        File.WriteAllText(presented, certificate.ExportCertificatePem());
        File.WriteAllText(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return ["--port", "0", "--tls-port", $"{Port}", "--tls-cert-file", presented, "--tls-key-file", key,
            "--tls-ca-cert-file", presented, "--tls-auth-clients", "no"];
    }

    private async Task<Stream> OpenAsync(TcpClient client, CancellationToken cancellationToken)
    {
        if (certificate is null) return client.GetStream();
        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, presented, _, _) =>
                    presented?.GetCertHashString() == certificate.GetCertHashString(),
            },
            cancellationToken);
        return stream;
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
