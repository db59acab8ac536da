using System.Diagnostics;

namespace Bff.Tests.Operations.Doctor;

/// <summary><c>dotnet Bff.dll doctor</c> as an operator runs it.</summary>
internal static class DoctorProcess
{
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Bff.Program).Assembly.Location, "doctor", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The machine's own settings must not help.
        foreach (var name in start.Environment.Keys.Where(name => name.Contains("__", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
