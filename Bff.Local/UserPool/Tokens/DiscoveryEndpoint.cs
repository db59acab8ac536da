using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.UserPool.Tokens;

/// <summary>The issuer's two documents: Cognito's twelve members, and the two public keys.</summary>
internal static class DiscoveryEndpoint
{
    public static void MapDiscovery(this IEndpointRouteBuilder issuer, string path) => issuer.MapGet(path + PoolPaths.Discovery, Discovery);

    public static void MapJwks(this IEndpointRouteBuilder issuer, string path) => issuer.MapGet(path + PoolPaths.Jwks, Jwks);

    /// <summary>For a person who opens the issuer's URL in a browser.</summary>
    public static void MapIssuerRoot(this IEndpointRouteBuilder issuer, string path)
    {
        foreach (var root in new[] { "/", path + "/" }.Distinct())
        {
            issuer.MapGet(root, (PoolAddresses addresses) => Results.Text(
                $"This is the issuer of the local user pool: {addresses.IssuerName}{PoolPaths.Discovery}. " +
                $"Its sign-in pages and its console are at {addresses.OnDomain("")}.\n"));
        }
    }

    private static IResult Discovery(PoolAddresses addresses) => Json(new JsonObject
    {
        ["authorization_endpoint"] = addresses.OnDomain(PoolPaths.Authorize),
        // Listed although it is no RP-initiated logout: see LogoutEndpoint.
        ["end_session_endpoint"] = addresses.OnDomain(PoolPaths.Logout),
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
        ["issuer"] = addresses.IssuerName,
        ["jwks_uri"] = addresses.IssuerName + PoolPaths.Jwks,
        ["response_types_supported"] = new JsonArray("code", "token"),
        ["revocation_endpoint"] = addresses.OnBackchannel(PoolPaths.Revoke),
        ["scopes_supported"] = new JsonArray("openid", "email", "phone", "profile"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["token_endpoint"] = addresses.OnBackchannel(PoolPaths.Token),
        ["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_basic", "client_secret_post"),
        ["userinfo_endpoint"] = addresses.OnBackchannel(PoolPaths.UserInfo),
    });

    private static IResult Jwks(SigningKeys keys) => Json(new JsonObject
    {
        ["keys"] = new JsonArray([.. keys.Published.Select(PublicKey)]),
    });

    private static JsonObject PublicKey(RsaSecurityKey key) => new()
    {
        ["alg"] = SecurityAlgorithms.RsaSha256,
        ["e"] = Base64UrlEncoder.Encode(key.Parameters.Exponent),
        ["kid"] = key.KeyId,
        ["kty"] = "RSA",
        ["n"] = Base64UrlEncoder.Encode(key.Parameters.Modulus),
        ["use"] = "sig",
    };

    private static IResult Json(JsonObject document) => Results.Text(document.ToJsonString(Plain), "application/json");

    private static readonly System.Text.Json.JsonSerializerOptions Plain =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
