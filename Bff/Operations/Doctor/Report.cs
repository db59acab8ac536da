using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bff.Operations.Doctor;

/// <summary>The findings as lines for people or as JSON for programs: the same content.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    public static Grade Worst(IReadOnlyList<Finding> findings) => findings.Max(finding => finding.Grade);

    public static string Text(IReadOnlyList<Finding> findings)
    {
        var lines = findings.Select(finding => TerminalText.WithoutControls(
            $"{finding.Grade,-4}  {finding.Check}: {finding.Found}{(finding.Remedy is null ? "" : " " + finding.Remedy)}"));
        var counts = Enum.GetValues<Grade>().Reverse().Select(grade => $"{findings.Count(finding => finding.Grade == grade)} {grade}");
        return string.Join(Environment.NewLine, [.. lines, "", $"{string.Join(", ", counts)}."]);
    }

    public static string Json(IReadOnlyList<Finding> findings) =>
        JsonSerializer.Serialize(new { Result = Worst(findings), Checks = findings }, Indented);
}
