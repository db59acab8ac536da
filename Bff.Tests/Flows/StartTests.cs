using System.Diagnostics;

namespace Bff.Tests.Flows;

/// <summary>The published program itself, in a process of its own.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task With_nothing_set_it_ends_with_all_missing_settings_in_one_message_and_no_stack_trace()
    {
        var (exitCode, output, errors) = await RunAsync();

        Assert.NotEqual(0, exitCode);
        foreach (var setting in new[] { "Bff:PublicUrl", "Bff:SpaOrigins", "Oidc:Authority", "Oidc:ClientId", "Oidc:ClientSecret", "Redis:Configuration" })
        {
            Assert.Contains(setting + " is missing. ", errors, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // The machine's own settings must not help.
        foreach (var name in start.Environment.Keys.Where(name => name.Contains("__", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
