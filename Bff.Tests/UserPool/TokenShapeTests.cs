using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Tests.UserPool;

/// <summary>The tokens' shape, to the claim: what passes here passes at Cognito.</summary>
public sealed class TokenShapeTests
{
    [Fact]
    public async Task The_ID_token_has_the_claims_of_Cognitos_and_no_others()
    {
        await using var pool = await LocalPool.StartAsync();

        var token = Jwt.Read((await pool.TokensAsync(("nonce", "N")))["id_token"]);

        Assert.Equal(
            ["at_hash", "aud", "auth_time", "cognito:groups", "cognito:username", "email", "email_verified", "event_id", "exp", "iat",
                "iss", "jti", "nonce", "origin_jti", "sub", "token_use"],
            token.Names.Order(StringComparer.Ordinal));
        Assert.Equal(("id", LocalPool.ClientId, "N", pool.Handle.IssuerUrl.AbsoluteUri),
            (token.Text("token_use"), token.Text("aud"), token.Text("nonce"), token.Text("iss")));
        Assert.Equal(token.Text("sub"), token.Text("cognito:username"));
        Assert.True(token.Claims["email_verified"]!.GetValue<bool>());
    }

    [Fact]
    public async Task The_access_token_has_no_audience_and_no_e_mail()
    {
        await using var pool = await LocalPool.StartAsync();

        var token = Jwt.Read((await pool.TokensAsync())["access_token"]);

        Assert.Equal(
            ["auth_time", "client_id", "cognito:groups", "event_id", "exp", "iat", "iss", "jti", "origin_jti", "scope", "sub",
                "token_use", "username", "version"],
            token.Names.Order(StringComparer.Ordinal));
        Assert.Equal(("access", LocalPool.ClientId, 2L), (token.Text("token_use"), token.Text("client_id"), token.Number("version")));
        Assert.Equal(token.Text("sub"), token.Text("username"));
        Assert.Equal("email openid phone", token.Text("scope"));
    }

    [Fact]
    public async Task The_two_JWTs_are_signed_by_different_keys_and_name_no_type()
    {
        await using var pool = await LocalPool.StartAsync();

        var tokens = await pool.TokensAsync();

        var (id, access) = (Jwt.Read(tokens["id_token"]), Jwt.Read(tokens["access_token"]));
        Assert.Equal(["kid", "alg"], id.Header.Select(member => member.Key));
        Assert.Equal(["kid", "alg"], access.Header.Select(member => member.Key));
        Assert.NotEqual(id.Header["kid"]!.GetValue<string>(), access.Header["kid"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("id_token")]
    [InlineData("access_token")]
    public async Task The_signature_holds_under_the_published_keys(string member)
    {
        await using var pool = await LocalPool.StartAsync();
        var token = (await pool.TokensAsync())[member]!.GetValue<string>();
        var keys = new JsonWebKeySet(await pool.Back.GetStringAsync(pool.OnIssuer("/.well-known/jwks.json"),
            TestContext.Current.CancellationToken));

        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = pool.Handle.IssuerUrl.AbsoluteUri,
            ValidateAudience = false,
            IssuerSigningKeys = keys.GetSigningKeys(),
            LifetimeValidator = (_, expires, _, _) => pool.Time.GetUtcNow() < expires,
        });

        Assert.True(result.IsValid, result.Exception?.Message);
    }

    [Fact]
    public async Task The_hash_in_the_ID_token_is_the_access_tokens()
    {
        await using var pool = await LocalPool.StartAsync();

        var tokens = await pool.TokensAsync();

        var left = SHA256.HashData(Encoding.ASCII.GetBytes(tokens["access_token"]!.GetValue<string>()))[..16];
        Assert.Equal(Base64UrlEncoder.Encode(left), Jwt.Read(tokens["id_token"]).Text("at_hash"));
    }

    [Fact]
    public async Task Groups_of_a_user_in_none_and_a_nonce_that_was_not_sent_are_absent()
    {
        await using var pool = await LocalPool.StartAsync();
        pool.Handle.Users.Change(pool.Handle.Users.ByEmail(LocalPool.Carol)!.Sub, user => user with { Groups = [] });

        var tokens = await pool.TokensAsync();

        Assert.DoesNotContain("cognito:groups", Jwt.Read(tokens["id_token"]).Names);
        Assert.DoesNotContain("cognito:groups", Jwt.Read(tokens["access_token"]).Names);
        Assert.DoesNotContain("nonce", Jwt.Read(tokens["id_token"]).Names);
    }

    [Fact]
    public async Task Openid_alone_opens_every_attribute_and_custom_ones_are_strings()
    {
        await using var pool = await LocalPool.StartAsync();

        var token = Jwt.Read((await pool.TokensAsync(("scope", "openid")))["id_token"]);

        Assert.Equal(("Carol", "7", LocalPool.Carol), (token.Text("name"), token.Text("custom:tier"), token.Text("email")));
    }
}
