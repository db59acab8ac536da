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
        var findings = await FindingsAsync([.. arguments.Where(argument => argument != "--json")]);
        await output.WriteLineAsync(arguments.Contains("--json") ? Report.Json(findings) : Report.Text(findings));
        return Report.Worst(findings) == Grade.fail ? 1 : 0;
    }

    private static async Task<IReadOnlyList<Finding>> FindingsAsync(string[] settings)
    {
        try
        {
            return await Examination.RunAsync(settings);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [Finding.Fail("settings", $"A file cannot be read. {exception.Message}",
                "Let the process read it, for example with chmod 644: in the image it does not run as root.")];
        }
    }

    [GeneratedRegex(@"^--([A-Za-z]\w*:[^=]+|urls|environment)=", RegexOptions.ExplicitCapture)]
    private static partial Regex Setting();
}
