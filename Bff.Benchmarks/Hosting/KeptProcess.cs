using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Bff.Benchmarks.Hosting;

/// <summary>A program that runs beside the benchmark and ends with it, also when the benchmark is killed.</summary>
internal sealed class KeptProcess : IAsyncDisposable
{
    // The shell waits for the end of its standard input, which comes when the benchmark ends. Ctrl-C must not end it before. What the
    // program prints is not kept, except for its errors.
    private const string Keeper = """
        trap '' INT
        "$@" >/dev/null & program=$!
        echo $program
        read -r end
        kill -KILL $program 2>/dev/null; wait $program 2>/dev/null
        """;

    private readonly ConcurrentQueue<string> errors = new();
    private readonly Process keeper;

    private KeptProcess(Process keeper)
    {
        this.keeper = keeper;
        keeper.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null) errors.Enqueue(line.Data);
        };
        keeper.BeginErrorReadLine();
        Pid = int.Parse(keeper.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    public int Pid { get; }

    public string Errors => string.Join('\n', errors);

    public bool HasEnded
    {
        get
        {
            try
            {
                // The state stands behind the name, which is in parentheses.
                return File.ReadAllText($"/proc/{Pid}/stat").Split(')')[^1].Trim()[0] is 'Z' or 'X';
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    public ProcessUsage Usage => new(Pid);

    public static KeptProcess Start(string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["-c", Keeper, "sh", program, .. arguments]) start.ArgumentList.Add(argument);
        CommonRuntime.Set(start.Environment);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new KeptProcess(Process.Start(start)!);
    }

    public async ValueTask DisposeAsync()
    {
        keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
    }
}
