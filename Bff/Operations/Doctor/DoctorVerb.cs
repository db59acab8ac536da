using System.Text.RegularExpressions;

namespace Bff.Operations.Doctor;

/// <summary>
/// <c>dotnet Bff.dll doctor</c>: checks an installation with the settings of the server, without starting it. Exit code 0 without a
/// <c>fail</c>, 1 with one, 2 for wrong arguments.
/// </summary>
internal static partial class DoctorVerb
{
    private const string Usage = "Usage: dotnet Bff.dll doctor [--json] [--Section:Key=value ...]";

    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter errors)
    {
        var wrong = Array.FindIndex(arguments, argument => argument != "--json" && !Setting().IsMatch(argument));
        if (wrong >= 0)
        {
            // Its text may be a secret.
            await errors.WriteLineAsync($"Argument {wrong + 1} of doctor is neither --json nor a setting. {Usage}");
            return 2;
        }
        var findings = await Examination.RunAsync([.. arguments.Where(argument => argument != "--json")]);
        await output.WriteLineAsync(arguments.Contains("--json") ? Report.Json(findings) : Report.Text(findings));
        return Report.Worst(findings) == Grade.fail ? 1 : 0;
    }

    [GeneratedRegex(@"^--([A-Za-z]\w*:[^=]+|urls|environment)=", RegexOptions.ExplicitCapture)]
    private static partial Regex Setting();
}
