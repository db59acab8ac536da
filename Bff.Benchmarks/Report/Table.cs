using System.Globalization;

namespace Bff.Benchmarks.Report;

/// <summary>A table in Markdown. The first column is text; the others are numbers.</summary>
internal sealed class Table(string title, params string[] columns)
{
    private readonly List<string[]> rows = [];

    /// <summary>A number that was not measured is null.</summary>
    public Table Add(string name, params IEnumerable<double?> numbers)
    {
        rows.Add([name, .. numbers.Select(Text)]);
        return this;
    }

    public override string ToString()
    {
        string[] lines =
        [
            $"### {title}", "", Line(columns), Line(["---", .. columns.Skip(1).Select(_ => "--:")]), .. rows.Select(Line),
        ];
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>Three digits are more than a measurement of times is worth.</summary>
    public static string Text(double? number) => number switch
    {
        null => "–",
        >= 100 => number.Value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => number.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => number.Value.ToString("0.00", CultureInfo.InvariantCulture),
    };

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
