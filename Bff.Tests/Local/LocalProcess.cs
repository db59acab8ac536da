using System.Collections.Concurrent;
using System.Diagnostics;

namespace Bff.Tests.Local;

/// <summary><c>Bff.Local</c> as a person runs it: a process of its own, in a folder of its own.</summary>
internal sealed class LocalProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> errors = new();

    private LocalProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Add(output, line.Data);
        process.ErrorDataReceived += (_, line) => Add(errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', output);

    public IReadOnlyList<string> Errors => [.. errors];

    public DirectoryInfo Folder { get; private init; } = null!;

    public static LocalProcess Start(params string[] args) => Start([], args);

    public static LocalProcess Start((string Name, string Value)[] environment, params string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("bff-local-");
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Bff.Local.dll"));
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        foreach (var argument in args)
        {
            start.ArgumentList.Add(argument);
        }

        return new LocalProcess(Process.Start(start)!) { Folder = folder };
    }

    /// <summary>Waits until the program has written that.</summary>
    public async Task SaysAsync(string text)
    {
        var started = Stopwatch.GetTimestamp();
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(process.HasExited, $"It ended:\n{Output}\n{string.Join('\n', errors)}");
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"It never said '{text}':\n{Output}\n{string.Join('\n', errors)}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    /// <summary>
    /// Sends the signal that Ctrl-C (INT) or a container engine (TERM) sends; returns the exit code, and how long the end took.
    /// </summary>
    public async Task<(int ExitCode, TimeSpan Took)> SignalAsync(string name)
    {
        var sent = Stopwatch.GetTimestamp();
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{name} {process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (await EndAsync(), Stopwatch.GetElapsedTime(sent));
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        process.Dispose();
        Folder.Delete(recursive: true);
    }

    private static void Add(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
