using Bff.Operations.Doctor;
using Bff.Settings;

namespace Bff.Operations;

/// <summary>What the program does besides serving: <c>doctor</c>, <c>health</c>, <c>--version</c>, <c>--help</c>.</summary>
internal static class Verbs
{
    private const string Usage = """
        dotnet Bff.dll [--Section:Key=value ...]                   serves; the settings are in docs/settings.md
        dotnet Bff.dll doctor [--json] [--Section:Key=value ...]   checks the installation
        dotnet Bff.dll health [live|ready]                         asks the instance on this machine
        dotnet Bff.dll --version
        """;

    /// <returns>The exit code; null when the program shall serve.</returns>
    public static async Task<int?> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["doctor", .. var rest]:
                return await DoctorVerb.RunAsync(rest, Console.Out, Console.Error);
            case ["health", .. var what]:
                return await HealthCheck.RunAsync(what);
            case ["--version"]:
                await Console.Out.WriteLineAsync(ProgramVersion.Line);
                return 0;
            case ["--help" or "-h" or "help", ..]:
                await Console.Out.WriteLineAsync(Usage);
                return 0;
            // Not a setting: otherwise a misspelt verb would start a server.
            case [var verb, ..] when !verb.StartsWith('-') && !verb.StartsWith('/') && !verb.Contains('=', StringComparison.Ordinal):
                await Console.Error.WriteLineAsync($"There is no '{verb}'.\n{Usage}");
                return 2;
            default:
                return null;
        }
    }
}
