using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Bff.Tests.Hosting;

/// <summary>A program that runs beside the tests and ends with them, whatever ends them.</summary>
internal sealed class KeptProcess : IAsyncDisposable
{
    // The shell lives as long as its standard input: were the tests killed, the program would die with them.
    // Each line it reads is a signal for the program.
    private const string Keeper = """
        "$@" 2>&1 & program=$!
        echo $program >&2
        while read -r signal; do kill -"$signal" $program 2>/dev/null; echo sent >&2; done
        kill -KILL $program 2>/dev/null; wait $program 2>/dev/null; exit $?
        """;

    private readonly SemaphoreSlim signalling = new(1);
    private readonly ConcurrentQueue<string> output = new();
    private readonly Process keeper;
    private bool ended;

    private KeptProcess(Process keeper)
    {
        this.keeper = keeper;
        keeper.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null) output.Enqueue(line.Data);
        };
        keeper.BeginOutputReadLine();
        Pid = int.Parse(keeper.StandardError.ReadLine()!, CultureInfo.InvariantCulture);
    }

    public int Pid { get; }

    /// <summary>
    /// What it has written to standard output and error so far. A copy: the queue itself, spread into a list while it grows, throws.
    /// </summary>
    public IReadOnlyCollection<string> Output => output.ToArray();

    /// <summary>A frozen program runs, one that has ended by itself does not.</summary>
    public bool IsRunning
    {
        get
        {
            try
            {
                // The state stands behind the name, which is in parentheses.
                return File.ReadAllText($"/proc/{Pid}/stat").Split(')')[^1].Trim()[0] is not ('Z' or 'X');
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    /// <summary>With what it ended, before it was killed by <see cref="KillAsync"/>; 137 when it did not.</summary>
    public int ExitCode => keeper.ExitCode;

    /// <summary>Physical memory in use, in bytes.</summary>
    public long WorkingSet => Status("VmRSS") * 1024;

    public int Threads => (int)Status("Threads");

    public int OpenFiles => Directory.EnumerateFileSystemEntries($"/proc/{Pid}/fd").Count();

    /// <param name="executable">The program's path, or its name on the PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to set, or to remove by null; the others are those of the tests.</param>
    public static KeptProcess Start(string executable, IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string?>>? environment = null)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        foreach (var argument in (string[])["-c", Keeper, "sh", executable, .. arguments]) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? [])
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }
        return new KeptProcess(Process.Start(start)!);
    }

    /// <summary>Sends a signal by its name: STOP, CONT, TERM. For KILL there is <see cref="KillAsync"/>.</summary>
    public async Task SignalAsync(string signal)
    {
        await signalling.WaitAsync();
        try
        {
            await keeper.StandardInput.WriteLineAsync(signal);
            await keeper.StandardInput.FlushAsync();
            Assert.Equal("sent", await keeper.StandardError.ReadLineAsync());
        }
        finally
        {
            signalling.Release();
        }
    }

    /// <summary>Kills it (KILL), as a machine that loses its power would, and returns when it is gone.</summary>
    public async Task KillAsync()
    {
        if (ended) return;
        ended = true;
        keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        keeper.Dispose();
        signalling.Dispose();
    }

    private long Status(string name) =>
        File.ReadLines($"/proc/{Pid}/status").Where(line => line.StartsWith(name + ":", StringComparison.Ordinal))
        .Select(line => long.Parse(line[(name.Length + 1)..].Replace("kB", "", StringComparison.Ordinal).Trim(),
            CultureInfo.InvariantCulture)).Single();
}
