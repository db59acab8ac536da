using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bff.Tests.Hosting;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Bff.Tests.Settings;

/// <summary>A compose file of the repository, its anchors merged.</summary>
internal sealed partial class ComposeFile
{
    private readonly string text;
    private readonly JsonNode root;

    public ComposeFile(string path)
    {
        text = File.ReadAllText(Repository.PathTo(path));
        var document = new DeserializerBuilder().Build().Deserialize(new MergingParser(new Parser(new StringReader(text))))!;
        root = JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(document))!;
    }

    public IEnumerable<string> Services => root["services"]!.AsObject().Select(service => service.Key);

    /// <summary>Without those that start with a profile only.</summary>
    public IEnumerable<string> UsualServices => Services.Where(name => Service(name)["profiles"] is null);

    public JsonObject Service(string name) => root["services"]![name]!.AsObject();

    /// <summary>The names of all variables that the file asks for.</summary>
    public IEnumerable<string> Variables => Variable().Matches(text).Select(match => match.Groups["name"].Value).Distinct();

    /// <summary>The environment of the service's program, with these variables set and all others at their defaults.</summary>
    public Dictionary<string, string> Environment(string service, IReadOnlyDictionary<string, string>? variables = null) =>
        (Service(service)["environment"]?.AsObject() ?? [])
            .ToDictionary(pair => pair.Key, pair => Interpolate(pair.Value!.ToString(), variables));

    /// <summary>The secret files of the local system that the service is given, by the names that it sees.</summary>
    public Dictionary<string, string> Secrets(string service) =>
        Service(service)["secrets"]!.AsArray().ToDictionary(secret => secret!["target"]!.ToString(), secret =>
            Secret(secret!["source"]!.ToString()));

    private string Secret(string name) =>
        File.ReadAllText(Repository.PathTo(Interpolate(root["secrets"]![name]!["file"]!.ToString()))).TrimEnd('\n');

    private static string Interpolate(string value, IReadOnlyDictionary<string, string>? variables = null) =>
        Variable().Replace(value, match => variables?.GetValueOrDefault(match.Groups["name"].Value) ?? match.Groups["default"].Value);

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>[A-Z_]+)(:-(?<default>[^}]*)|:\?[^}]*)\}")]
    private static partial Regex Variable();
}
