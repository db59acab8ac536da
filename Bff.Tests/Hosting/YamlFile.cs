using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Bff.Tests.Hosting;

/// <summary>A YAML file of the repository, as JSON whose values are all strings; tags such as <c>!Ref</c> are left out.</summary>
internal static class YamlFile
{
    /// <summary>Its documents.</summary>
    public static IEnumerable<JsonObject> Read(string path)
    {
        var yaml = new YamlStream();
        using var text = File.OpenText(Repository.PathTo(path));
        yaml.Load(text);
        return [.. yaml.Documents.Select(document => Json(document.RootNode).AsObject())];
    }

    private static JsonNode Json(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children
            .Select(pair => KeyValuePair.Create(pair.Key.ToString(), (JsonNode?)Json(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Json)]),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value ?? ""),
        _ => throw new InvalidOperationException($"What is a {node.NodeType}?"),
    };
}
