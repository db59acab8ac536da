using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Bff.Local.UserPool.RemoteControl;
using Bff.Local.UserPool.Users;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.UserPool.Tokens;

/// <summary>Makes ID and access tokens in Cognito's exact shape, or what the faults make of it.</summary>
internal sealed class TokenIssuer(SigningKeys keys, PoolClock clock, PoolAddresses addresses, Faults faults)
{
    public string AccessToken(SignInGrant grant, AppClient client, PoolUser user)
    {
        var now = clock.Now;
        var claims = new JsonObject { ["sub"] = user.Sub };
        AddGroups(claims, user);
        claims["iss"] = addresses.IssuerName;
        claims["version"] = 2;
        claims["client_id"] = client.ClientId;
        claims["origin_jti"] = grant.OriginJti;
        claims["event_id"] = grant.EventId;
        claims["token_use"] = "access";
        // The order of scopes is the server's.
        claims["scope"] = string.Join(' ', grant.Scope.Order(StringComparer.Ordinal));
        claims["auth_time"] = grant.AuthTime.ToUnixTimeSeconds();
        claims["exp"] = (now + (faults.Plan.AccessTokenLifetime ?? client.AccessTokenLifetime)).ToUnixTimeSeconds();
        claims["iat"] = now.ToUnixTimeSeconds();
        claims["jti"] = Uuid.New();
        claims["username"] = user.Sub;
        return SignedJwt.Write(claims.With(faults.Plan.AccessToken), Key(keys.ForAccessTokens));
    }

    /// <summary>With the nonce of the request, or, refreshed, with none.</summary>
    public string IdToken(SignInGrant grant, AppClient client, PoolUser user, string accessToken, string? nonce)
    {
        var now = clock.Now;
        var attributes = ScopeAttributes.Of(user, client, grant.Scope).ToDictionary();
        var claims = new JsonObject { ["at_hash"] = AtHash(accessToken), ["sub"] = user.Sub };
        AddGroups(claims, user);
        foreach (var (name, value) in attributes.Where(attribute => attribute.Key.EndsWith("_verified", StringComparison.Ordinal)))
        {
            // Booleans here, strings at userInfo.
            claims[name] = value == "true";
            attributes.Remove(name);
        }

        claims["iss"] = addresses.IssuerName;
        claims["cognito:username"] = user.Sub;
        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }

        claims["origin_jti"] = grant.OriginJti;
        claims["aud"] = client.ClientId;
        claims["event_id"] = grant.EventId;
        claims["token_use"] = "id";
        claims["auth_time"] = grant.AuthTime.ToUnixTimeSeconds();
        claims["exp"] = (now + (faults.Plan.IdTokenLifetime ?? client.IdTokenLifetime)).ToUnixTimeSeconds();
        claims["iat"] = now.ToUnixTimeSeconds();
        claims["jti"] = Uuid.New();
        foreach (var (name, value) in attributes)
        {
            claims[name] = value;
        }

        return SignedJwt.Write(claims.With(faults.Plan.IdToken), Key(keys.ForIdTokens));
    }

    // OpenID Connect Core 3.1.3.6: the left half of the access token's SHA-256.
    private static string AtHash(string accessToken) =>
        Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, 16).ToArray());

    // Absent, not empty, when the user is in no group.
    private static void AddGroups(JsonObject claims, PoolUser user)
    {
        if (user.Groups.Count > 0)
        {
            claims["cognito:groups"] = new JsonArray([.. user.Groups.Select(group => JsonValue.Create(group))]);
        }
    }

    private RsaSecurityKey Key(RsaSecurityKey published) => faults.Plan.UnpublishedKey ? SigningKeys.Unpublished : published;
}
