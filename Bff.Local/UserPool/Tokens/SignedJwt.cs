using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.UserPool.Tokens;

/// <summary>
/// A JWT whose header holds <c>kid</c> and <c>alg</c> alone: <c>JsonWebTokenHandler</c> would always add <c>typ</c>, which Cognito
/// does not send.
/// </summary>
internal static class SignedJwt
{
    public static string Write(JsonObject claims, RsaSecurityKey key)
    {
        var header = new JsonObject { ["kid"] = key.KeyId, ["alg"] = SecurityAlgorithms.RsaSha256 };
        var content = Base64UrlEncoder.Encode(header.ToCognitoJson()) + "." + Base64UrlEncoder.Encode(claims.ToCognitoJson());
        return content + "." + JwtTokenUtilities.CreateEncodedSignature(content, new SigningCredentials(key, SecurityAlgorithms.RsaSha256));
    }
}
