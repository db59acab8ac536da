using System.Diagnostics;

namespace Bff.Tests.Hosting;

/// <summary>What a run of the BFF or of its local parts, as a process of its own, ended with.</summary>
internal sealed record EndedProgram(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task<EndedProgram> BffAsync(params string[] args) => RunAsync("Bff.dll", args);

    /// <param name="program">The file, beside the tests.</param>
    /// <param name="args">Its arguments; its environment has no settings.</param>
    public static async Task<EndedProgram> RunAsync(string program, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        foreach (var name in start.Environment.Keys.Where(name => name.Contains("__", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        try
        {
            var streams = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
                process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken))
                .WaitAsync(Patience, TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return new EndedProgram(process.ExitCode, streams[0], streams[1]);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
