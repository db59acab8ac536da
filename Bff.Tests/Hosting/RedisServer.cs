using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Bff.Tests.Hosting;

/// <summary>A <c>redis-server</c> of one test's own, which it may stop, start again, freeze and thaw.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    // The shell lives as long as its standard input: were the tests killed, the server would die with them.
    // Each line it reads is a signal for the server.
    private const string Keeper = """
        "$@" & server=$!
        while read -r signal; do kill -"$signal" $server; echo sent; done
        kill -KILL $server; wait $server 2>/dev/null
        """;

    private readonly string executable;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("bff-redis-");
    private readonly bool appendOnly;
    private readonly string? password;
    private readonly X509Certificate2? certificate;
    private Process? keeper;

    private RedisServer(string executable, bool appendOnly, string? password, X509Certificate2? certificate)
    {
        this.executable = executable;
        this.appendOnly = appendOnly;
        this.password = password;
        this.certificate = certificate;
    }

    public static string? ExecutablePath { get; } = InstalledProgram.Find("redis-server");

    public int Port { get; } = FreePort.Next();

    /// <summary>Where it speaks TLS, if it was given a certificate.</summary>
    public int TlsPort { get; } = FreePort.Next();

    /// <summary>The connection string for StackExchange.Redis.</summary>
    public string Configuration => $"127.0.0.1:{Port}" + (password is null ? "" : $",password={password}");

    /// <summary>Starts one; where there is no <c>redis-server</c> the test is skipped by name.</summary>
    /// <param name="appendOnly">Whether what was written is there again after <see cref="StopAsync"/> and <see cref="StartAsync"/>.</param>
    /// <param name="password">What clients must authenticate with.</param>
    /// <param name="certificate">With it, the server speaks TLS on a port of its own besides.</param>
    public static async Task<RedisServer> StartNewAsync(bool appendOnly = false, string? password = null,
        X509Certificate2? certificate = null)
    {
        var executable = InstalledProgram.Require(ExecutablePath, "redis-server", "redis-server");
        var server = new RedisServer(executable, appendOnly, password, certificate);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it again, on the same port.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", Keeper, "sh", executable, .. ServerArguments()])
        {
            start.ArgumentList.Add(argument);
        }

        keeper = Process.Start(start)!;
        var started = Stopwatch.GetTimestamp();
        while (!await AnswersAsync())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60),
                $"redis-server on port {Port} does not answer:\n{Log()}");
            await Task.Delay(20);
        }
    }

    /// <summary>Kills it, as a machine that loses its power would.</summary>
    public async Task StopAsync()
    {
        if (keeper is null)
        {
            return;
        }

        keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
        keeper = null;
    }

    /// <summary>Lets it accept connections and answer nothing, until <see cref="ThawAsync"/>.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ThawAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        folder.Refresh();
        if (folder.Exists)
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task SignalAsync(string signal)
    {
        await keeper!.StandardInput.WriteLineAsync(signal);
        await keeper.StandardInput.FlushAsync();
        Assert.Equal("sent", await keeper.StandardOutput.ReadLineAsync());
    }

    private IEnumerable<string> ServerArguments() =>
    [
        "--bind", "127.0.0.1", "--port", $"{Port}", "--dir", folder.FullName, "--logfile", LogFile, "--save", "",
        // Before it answers: the usual once a second puts writes off while the disk is busy, and a kill then loses them.
        "--appendonly", appendOnly ? "yes" : "no", "--appendfsync", "always",
        .. password is null ? (string[])[] : ["--requirepass", password],
        .. certificate is null ? (string[])[] : TlsArguments(certificate),
    ];

    private string[] TlsArguments(X509Certificate2 presented)
    {
        var (certificateFile, keyFile) = (Path.Combine(folder.FullName, "certificate.pem"), Path.Combine(folder.FullName, "key.pem"));
        File.WriteAllText(certificateFile, presented.ExportCertificatePem());
        File.WriteAllText(keyFile, presented.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return ["--tls-port", $"{TlsPort}", "--tls-cert-file", certificateFile, "--tls-key-file", keyFile, "--tls-ca-cert-file",
            certificateFile, "--tls-auth-clients", "no"];
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray());
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            return await reader.ReadLineAsync() is { } line
                && (line.StartsWith("+PONG", StringComparison.Ordinal) || line.StartsWith("-NOAUTH", StringComparison.Ordinal));
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return false;
        }
    }

    private string LogFile => Path.Combine(folder.FullName, "redis.log");

    private string Log() => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "(no log)";
}
