using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Bff.Tests.Hosting;

/// <summary>A JWT that can be bent into any shape before it is written: it starts as a good ID token of Cognito's form.</summary>
internal sealed class TestToken
{
    public const string LogoutEvent = "http://schemas.openid.net/event/backchannel-logout";

    private Func<byte[], byte[]> sign = _ => [];

    private TestToken(JsonObject claims) => Claims = claims;

    public JsonObject Header { get; } = [];

    public JsonObject Claims { get; }

    public static TestToken ForId(string issuer, string clientId, DateTimeOffset now, string accessToken, string? nonce)
    {
        var token = new TestToken(new JsonObject
        {
            ["at_hash"] = AccessTokenHash(accessToken),
            ["sub"] = The.Subject,
            ["cognito:groups"] = new JsonArray("admins"),
            ["email_verified"] = true,
            ["iss"] = issuer,
            ["cognito:username"] = The.Subject,
            ["origin_jti"] = "origin-jti",
            ["aud"] = clientId,
            ["event_id"] = "event",
            ["token_use"] = "id",
            ["auth_time"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.ToUnixTimeSeconds() + 3600,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["jti"] = "jti",
            ["email"] = The.Alice,
        });
        return nonce is null ? token : token.With("nonce", nonce);
    }

    /// <summary>A good logout token for a user, a session at the provider, or both (OpenID Connect Back-Channel Logout 2.4).</summary>
    public static TestToken ForLogout(string issuer, string clientId, DateTimeOffset now, string? subject, string? sid)
    {
        var token = new TestToken(new JsonObject
        {
            ["iss"] = issuer,
            ["aud"] = clientId,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.ToUnixTimeSeconds() + 120,
            ["jti"] = RandomNumberGenerator.GetHexString(32, lowercase: true),
            ["events"] = new JsonObject { [LogoutEvent] = new JsonObject() },
        });
        if (subject is not null) token.With("sub", subject);
        if (sid is not null) token.With("sid", sid);
        return token.WithHeader("typ", "logout+jwt");
    }

    /// <summary>The left half of the hash (OpenID Connect Core 3.1.3.6).</summary>
    public static string AccessTokenHash(string accessToken) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, 16));

    public TestToken With(string claim, JsonNode? value)
    {
        Claims[claim] = value;
        return this;
    }

    /// <summary>A value as it shall stand in the JSON, however odd.</summary>
    public TestToken WithRaw(string claim, string json) => With(claim, JsonNode.Parse(json));

    public TestToken Without(params string[] claims)
    {
        foreach (var claim in claims) Claims.Remove(claim);
        return this;
    }

    public TestToken WithHeader(string name, JsonNode? value)
    {
        Header[name] = value;
        return this;
    }

    public TestToken WithoutHeader(string name)
    {
        Header.Remove(name);
        return this;
    }

    public TestToken SignedBy(TestKey key, string? algorithm = null)
    {
        sign = input => key.Sign(algorithm ?? key.Algorithm, input);
        return WithHeader("kid", key.Kid).WithHeader("alg", algorithm ?? key.Algorithm);
    }

    public TestToken SignedWithSecret(byte[] secret)
    {
        sign = input => HMACSHA256.HashData(secret, input);
        return WithHeader("alg", "HS256");
    }

    public TestToken SignedAs(byte[] signature)
    {
        sign = _ => signature;
        return this;
    }

    public TestToken Unsigned(string algorithm) => SignedAs([]).WithHeader("alg", algorithm);

    /// <summary>The token as it travels.</summary>
    public string Compact() => Compact(Claims.ToJsonString());

    /// <summary>The token with exactly this payload, for what no JSON object can hold.</summary>
    public string Compact(string payload)
    {
        var input = Encode(Header.ToJsonString()) + "." + Encode(payload);
        return input + "." + Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)));
    }

    /// <summary>The token, well signed, with each of its three parts written differently from <see cref="Compact()"/>.</summary>
    public string CompactAs(Func<string, int, string> write)
    {
        var input = write(Encode(Header.ToJsonString()), 0) + "." + write(Encode(Claims.ToJsonString()), 1);
        return input + "." + write(Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input))), 2);
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
