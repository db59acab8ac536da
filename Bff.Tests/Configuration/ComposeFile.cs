using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Bff.Tests.Configuration;

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

    public JsonObject Service(string name) => root["services"]![name]!.AsObject();

    /// <summary>The names of all variables that the file asks for.</summary>
    public IEnumerable<string> Variables => Variable().Matches(text).Select(match => match.Groups["name"].Value).Distinct();

    /// <summary>What the program of the service is configured with when no variable is set: its environment and its secret files.</summary>
    public Dictionary<string, string?> Settings(string service)
    {
        var settings = (Service(service)["environment"]?.AsObject() ?? []).ToDictionary(pair => pair.Key, pair => (string?)Interpolate(pair.Value!.ToString()));
        foreach (var secret in Service(service)["secrets"]?.AsArray() ?? [])
        {
            settings.Add(secret!["target"]!.ToString(), SecretFile(secret["source"]!.ToString()).TrimEnd('\n'));
        }
        return settings.ToDictionary(pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), pair => pair.Value);
    }

    public string SecretFile(string name) => File.ReadAllText(Repository.PathTo(Interpolate(root["secrets"]![name]!["file"]!.ToString())));

    private static string Interpolate(string value) => Variable().Replace(value, match => match.Groups["default"].Value);

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>[A-Z_]+)(:-(?<default>[^}]*)|:\?[^}]*)\}")]
    private static partial Regex Variable();
}
