using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bff.Local.UserPool.Tokens;

/// <summary>JSON as Cognito writes it: compact, and every <c>/</c> as <c>\/</c>.</summary>
internal static class CognitoJson
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ToCognitoJson(this JsonNode json) => json.ToJsonString(Plain).Replace("/", "\\/", StringComparison.Ordinal);

    /// <summary>With members replaced, added, or, by null, left out.</summary>
    public static JsonObject With(this JsonObject json, IReadOnlyDictionary<string, JsonNode?> changes)
    {
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                json.Remove(name);
            }
            else
            {
                json[name] = value.DeepClone();
            }
        }

        return json;
    }
}
