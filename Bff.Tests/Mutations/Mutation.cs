using Bff.Tests.Hosting;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Bff.Tests.Mutations;

/// <summary>One defence, the text in the source that enforces it, what stands there without it, and the test that notices.</summary>
public sealed class Mutation
{
    public string Defence { get; set; } = "";

    /// <summary>From the top of the checkout.</summary>
    public string File { get; set; } = "";

    /// <summary>Occurs once in the file, within one line.</summary>
    public string Find { get; set; } = "";

    public string Becomes { get; set; } = "";

    /// <summary>Namespace, class and method.</summary>
    public string Test { get; set; } = "";

    /// <summary>The lists of the checkout, <c>Bff.Tests/Mutations/*.yaml</c>.</summary>
    public static IReadOnlyList<Mutation> All { get; } = Read();

    public override string ToString() => Defence;

    private static List<Mutation> Read()
    {
        var yaml = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build();
        return [.. Directory.EnumerateFiles(Repository.PathTo("Bff.Tests/Mutations"), "*.yaml").Order(StringComparer.Ordinal)
            .SelectMany(file => yaml.Deserialize<List<Mutation>?>(System.IO.File.ReadAllText(file)) ?? [])];
    }
}
