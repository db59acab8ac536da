using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bff.Sessions;

/// <summary>The JSON of <c>/me</c> and <c>/refresh</c>, compiled with the program.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MeResponse))]
internal sealed partial class MeJson : JsonSerializerContext
{
    public static byte[] Of(MeResponse me) => JsonSerializer.SerializeToUtf8Bytes(me, Default.MeResponse);
}
