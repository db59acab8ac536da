using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Tests.UserPool;

/// <summary>A JWT taken apart, to look at and not to trust.</summary>
internal sealed record Jwt(JsonObject Header, JsonObject Claims, string RawClaims)
{
    public static Jwt Read(JsonNode? token)
    {
        var parts = token!.GetValue<string>().Split('.');
        var raw = Base64UrlEncoder.Decode(parts[1]);
        return new(JsonNode.Parse(Base64UrlEncoder.Decode(parts[0]))!.AsObject(), JsonNode.Parse(raw)!.AsObject(), raw);
    }

    public IEnumerable<string> Names => Claims.Select(claim => claim.Key);

    public string Text(string claim) => Claims[claim]!.GetValue<string>();

    public long Number(string claim) => Claims[claim]!.GetValue<long>();
}
