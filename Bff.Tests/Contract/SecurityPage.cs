using System.Reflection;
using System.Text.RegularExpressions;
using Bff.Tests.Hosting;
using Xunit.Sdk;
using Xunit.v3;

namespace Bff.Tests.Contract;

/// <summary>
/// <c>SECURITY.md</c>: its promises are written by hand, <c>| ID | promise | kept by |</c>, the last column and the counts by
/// what carries <see cref="RowAttribute"/>.
/// </summary>
internal static partial class SecurityPage
{
    public static string Path { get; } = Repository.PathTo("SECURITY.md");

    /// <summary>What says in the last column why no test is named there.</summary>
    private const string NotApplicable = "does not apply";

    public sealed record Promise(string Id, bool Applies, IReadOnlyList<MethodInfo> Tests);

    /// <summary>Every test that names rows, with the rows.</summary>
    public static ILookup<string, MethodInfo> Tests { get; } =
        (from type in typeof(SecurityPage).Assembly.GetTypes()
         from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
         where method.GetCustomAttributes().OfType<IFactAttribute>().Any()
         from row in type.GetCustomAttributes<RowAttribute>().Concat(method.GetCustomAttributes<RowAttribute>())
             .SelectMany(row => row.Ids).Distinct()
         orderby type.Name, method.Name
         select (row, method)).ToLookup(pair => pair.row, pair => pair.method);

    public static IReadOnlyList<Promise> Promises(string page) =>
        [.. Row().Matches(page).Select(row =>
            new Promise(row.Groups["id"].Value, !row.Groups["tests"].Value.StartsWith(NotApplicable, StringComparison.Ordinal),
            [.. Tests[row.Groups["id"].Value]]))];

    /// <summary>The page with its counts and test names as they are now.</summary>
    public static async Task<string> RenderAsync(string page)
    {
        var cases = new Dictionary<MethodInfo, int>();
        foreach (var test in Tests.SelectMany(row => row).Distinct()) cases[test] = await CasesAsync(test);

        page = Row().Replace(page, row => row.Groups["tests"].Value.StartsWith(NotApplicable, StringComparison.Ordinal)
            ? row.Value
            : $"| {row.Groups["id"].Value} | {row.Groups["promise"].Value} | {Names(row.Groups["id"].Value)} |");
        return Class().Replace(page, line =>
        {
            var rows = Promises(page).Where(promise => promise.Applies && promise.Id.Split('-')[0] == line.Groups["class"].Value).ToList();
            var tests = rows.SelectMany(row => row.Tests).Distinct().ToList();
            return $"| [{line.Groups["class"].Value}](#{line.Groups["anchor"].Value}) | {line.Groups["about"].Value} | {rows.Count} | "
                + $"{tests.Count} | {tests.Sum(test => cases[test])} |";
        });
    }

    private static string Names(string id) => string.Join("<br>", Tests[id].GroupBy(test => test.DeclaringType!).Select(type =>
        type.Key.GetCustomAttributes<RowAttribute>().Any(row => row.Ids.Contains(id)) ? $"`{type.Key.Name}`" : $"`{type.Key.Name}`: "
            + string.Join("; ", type.Select(Sentence))));

    private static string Sentence(MethodInfo test) =>
        test.GetCustomAttributes().OfType<IFactAttribute>().First().DisplayName ?? test.Name.Replace('_', ' ');

    /// <summary>How often the test runs: once, or once for each row of its theory.</summary>
    private static async Task<int> CasesAsync(MethodInfo test)
    {
        var count = 0;
        await using var disposal = new DisposalTracker();
        foreach (var source in test.GetCustomAttributes().OfType<IDataAttribute>()) count += (await source.GetData(test, disposal)).Count;
        return Math.Max(1, count);
    }

    [GeneratedRegex(@"^\| (?<id>[A-Z]+[0-9]?[A-Z]*-\d\d) \| (?<promise>[^|]*) \| (?<tests>[^|]*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\| \[(?<class>[A-Z]+)\]\(#(?<anchor>[a-z-]+)\) \| (?<about>[^|]*) \| [^|]* \| [^|]* \| [^|]* \|$",
        RegexOptions.Multiline)]
    private static partial Regex Class();
}
