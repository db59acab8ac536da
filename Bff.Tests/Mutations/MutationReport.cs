using System.Text;
using Bff.Tests.Hosting;

namespace Bff.Tests.Mutations;

/// <summary><c>docs/mutations.md</c>: what was taken out, and which test noticed.</summary>
internal static class MutationReport
{
    public static string Path { get; } = Repository.PathTo("docs/mutations.md");

    /// <summary>The report of a run in which every mutation was noticed; another run leaves none.</summary>
    public static string Render(IReadOnlyList<Mutation> noticed)
    {
        var text = new StringBuilder();
        text.Append($"""
            # Which test notices when a defence is gone

            For each of these {noticed.Count} defences the text that enforces it was taken out of the source, the BFF was built without it, and the named test was
            run: it failed. `.ci/run` does this every time; by hand, `MUTATIONS=1 dotnet test --filter-class {typeof(MutationRun).FullName}`, which takes
            ten to twenty minutes and exists only where the variable is set. The list is `Bff.Tests/Mutations/*.yaml`; a run with `WRITE_MUTATIONS=1` writes this page.

            | defence | source | without it | noticed by |
            |---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var mutation in noticed)
        {
            text.Append($"| {Cell(mutation.Defence)} | `{mutation.File}`: {Code(mutation.Find)} | "
                + $"{(mutation.Becomes == "" ? "removed" : Code(mutation.Becomes))} | `{Short(mutation.Test)}` |\n");
        }
        return text.ToString();
    }

    private static string Code(string text) => text.Contains('`', StringComparison.Ordinal) ? $"`` {Cell(text)} ``" : $"`{Cell(text)}`";

    private static string Cell(string text) => text.Trim().Replace("|", "\\|", StringComparison.Ordinal);

    private static string Short(string test) => test.Replace("Bff.Tests.", "", StringComparison.Ordinal);
}
