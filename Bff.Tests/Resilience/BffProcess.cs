using System.Diagnostics;
using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>
/// The BFF as an operator runs it: a process of its own, configured by environment variables, which a test may freeze, thaw, kill and
/// start again.
/// </summary>
internal sealed class BffProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Probe =
        new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(10) };

    private readonly Dictionary<string, string?> environment;
    private readonly List<string> former = [];
    private KeptProcess? process;

    /// <param name="settings">Its settings, by their keys (<c>Redis:KeyPrefix</c>).</param>
    /// <param name="environment">Other variables of its environment.</param>
    /// <param name="url">Where it listens; a free port of this machine unless given.</param>
    public BffProcess(IEnumerable<KeyValuePair<string, string>> settings,
        IEnumerable<KeyValuePair<string, string?>>? environment = null, Uri? url = null)
    {
        Url = url ?? new($"http://localhost:{FreePort.Next()}");
        this.environment = new()
        {
            ["ASPNETCORE_ENVIRONMENT"] = null,
            ["DOTNET_ENVIRONMENT"] = null,
            ["Logging__Console__FormatterName"] = "simple",
            ["Logging__Console__FormatterOptions__SingleLine"] = "true",
            ["Logging__Console__FormatterOptions__TimestampFormat"] = "HH:mm:ss.fff ",
            ["ASPNETCORE_URLS"] = Url.Origin(),
            ["Bff__ManagementPort"] = $"{Management.Port}",
        };
        foreach (var (key, value) in settings) this.environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        foreach (var (name, value) in environment ?? []) this.environment[name] = value;
    }

    public Uri Url { get; }

    public Uri Management { get; } = new($"http://localhost:{FreePort.Next()}");

    public int Pid => Running.Pid;

    public bool IsRunning => process?.IsRunning == true;

    /// <summary>Physical memory in use, in bytes.</summary>
    public long WorkingSet => Running.WorkingSet;

    public int Threads => Running.Threads;

    /// <summary>Open files and sockets.</summary>
    public int OpenFiles => Running.OpenFiles;

    /// <summary>Everything it wrote, before it was killed and started again too.</summary>
    public IReadOnlyList<string> Log => [.. former, .. process?.Output ?? []];

    private KeptProcess Running => process ?? throw new InvalidOperationException("The process is not running.");

    /// <summary>Starts it, at the same place each time, and returns when it answers.</summary>
    /// <param name="ready">Whether it has to be ready, with a Redis that answers, or merely live.</param>
    public async Task StartAsync(bool ready = true)
    {
        process = KeptProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "Bff.dll")], environment);
        await HealthyAsync(ready ? "ready" : "live");
    }

    /// <summary>Waits until it is ready, having found Redis by itself.</summary>
    public Task ReadyAsync() => HealthyAsync("ready");

    /// <summary>What <c>/health/live</c> or <c>/health/ready</c> answers; null while nothing does.</summary>
    public async Task<HttpStatusCode?> HealthAsync(string what)
    {
        try
        {
            using var answer = await Probe.GetAsync(new Uri(Management, "/health/" + what));
            return answer.StatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>Lets it stand still, with all its connections open, until <see cref="ThawAsync"/> (SIGSTOP).</summary>
    public Task FreezeAsync() => Running.SignalAsync("STOP");

    public Task ThawAsync() => Running.SignalAsync("CONT");

    /// <summary>Sends another signal, by its name.</summary>
    public Task SignalAsync(string name) => Running.SignalAsync(name);

    /// <summary>Kills it, as a machine that loses its power would (SIGKILL); <see cref="StartAsync"/> starts it again.</summary>
    public async Task KillAsync()
    {
        await Running.KillAsync();
        await DisposeAsync();
    }

    /// <summary>Asks it to end, as a container engine does (SIGTERM), and returns its exit code when it has.</summary>
    public async Task<int> StopAsync()
    {
        await Running.SignalAsync("TERM");
        var asked = Stopwatch.GetTimestamp();
        while (IsRunning)
        {
            Assert.True(Stopwatch.GetElapsedTime(asked) < Patience, $"The BFF does not end:\n{string.Join('\n', Log)}");
            await Task.Delay(20);
        }
        var ended = Running;
        await ended.KillAsync();
        var exitCode = ended.ExitCode;
        await DisposeAsync();
        return exitCode;
    }

    private async Task HealthyAsync(string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (await HealthAsync(what) != HttpStatusCode.OK)
        {
            Assert.True(IsRunning, $"The BFF ended:\n{string.Join('\n', Log)}");
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"The BFF at {Url} is not {what}:\n{string.Join('\n', Log)}");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is null) return;
        await process.DisposeAsync();
        former.AddRange(process.Output);
        process = null;
    }
}
