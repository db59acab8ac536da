using System.Diagnostics;
using System.Text.Json;
using Bff.Benchmarks.Hosting;

namespace Bff.Benchmarks.Load;

/// <summary>The process that makes the load, as the benchmark sees it. It ends when the benchmark does.</summary>
internal sealed class LoadProcess : IAsyncDisposable
{
    private readonly Process process;

    private LoadProcess(Process process) => this.process = process;

    public static LoadProcess Start()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Bff.Benchmarks.dll"), "load"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        CommonRuntime.Set(start.Environment);
        return new LoadProcess(Process.Start(start)!);
    }

    /// <exception cref="InvalidOperationException">A request failed: its figures would mean nothing.</exception>
    public async Task<LoadResult> RunAsync(LoadJob job)
    {
        var result = await TryAsync(job);
        return result.Failures == 0 ? result
            : throw new InvalidOperationException($"{result.Failures} of {result.Count + result.Failures} failed ({job.Target}, ports "
                + $"{string.Join(' ', job.Ports)}): {result.Failure}");
    }

    /// <summary>As <see cref="RunAsync"/>, where failures are part of what is measured.</summary>
    public async Task<LoadResult> TryAsync(LoadJob job)
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(job));
        await process.StandardInput.FlushAsync();
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The load's process has ended.");
        return JsonSerializer.Deserialize<LoadResult>(line)!;
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
