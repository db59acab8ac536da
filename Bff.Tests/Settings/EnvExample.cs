using System.Text.RegularExpressions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Settings;

/// <summary>.env.example, as an operator copies it.</summary>
internal static partial class EnvExample
{
    private static readonly Match[] Lines =
        [.. File.ReadLines(Repository.PathTo(".env.example")).Select(line => Assignment().Match(line)).Where(match => match.Success)];

    /// <summary>All variables it speaks of, those that are commented out included, without Compose's own.</summary>
    public static IEnumerable<string> Names =>
        Lines.Select(line => line.Groups["name"].Value).Where(name => !name.StartsWith("COMPOSE_", StringComparison.Ordinal));

    public static Dictionary<string, string> Values =>
        Lines.Where(line => !line.Groups["comment"].Success)
            .ToDictionary(line => line.Groups["name"].Value, line => line.Groups["value"].Value);

    [GeneratedRegex("^(?<comment># )?(?<name>[A-Z_]+)=(?<value>.*)$")]
    private static partial Regex Assignment();
}
