using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Tests.UserPool;

/// <summary>What stands around the tokens in the token endpoint's answer.</summary>
public sealed class TokenAnswerTests
{
    [Fact]
    public async Task Every_slash_is_escaped_and_the_answer_is_compact()
    {
        await using var pool = await LocalPool.StartAsync();
        pool.Handle.Faults.Plan = new() { TokenAnswer = { ["note"] = "a/b" } };

        using var answer = await pool.TokenAsync(("grant_type", "authorization_code"), ("code", await pool.CodeAsync()),
            ("redirect_uri", LocalPool.Callback));
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.EndsWith(""","expires_in":3600,"token_type":"Bearer","note":"a\/b"}""", text, StringComparison.Ordinal);
        Assert.Contains("""http:\/\/localhost:""", Jwt.Read(JsonNode.Parse(text)!["id_token"]).RawClaims, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_refresh_token_is_opaque_and_has_the_size_and_the_five_parts_of_Cognitos()
    {
        await using var pool = await LocalPool.StartAsync();

        var token = (await pool.TokensAsync())["refresh_token"]!.GetValue<string>();

        Assert.Equal(5, token.Split('.').Length);
        Assert.InRange(token.Length, 1700, 1900);
        Assert.Equal("""{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}""", Base64UrlEncoder.Decode(token.Split('.')[0]));
    }

    [Fact]
    public async Task Without_openid_there_is_no_ID_token()
    {
        await using var pool = await LocalPool.StartAsync(options => options.Clients[0].AllowedOAuthScopes.Add("orders/read"));

        var tokens = await pool.TokensAsync(("scope", "orders/read"));

        Assert.Equal(["access_token", "refresh_token", "expires_in", "token_type"], tokens.Select(member => member.Key));
    }

    [Fact]
    public async Task Lifetimes_are_the_app_clients()
    {
        await using var pool = await LocalPool.StartAsync(options =>
        {
            options.Clients[0].AccessTokenValidity = 5;
            options.Clients[0].IdTokenValidity = 1;
            options.Clients[0].TokenValidityUnits.IdToken = "hours";
        });

        var tokens = await pool.TokensAsync();

        var (id, access) = (Jwt.Read(tokens["id_token"]), Jwt.Read(tokens["access_token"]));
        Assert.Equal((3600, 300, 300), (id.Number("exp") - id.Number("iat"), access.Number("exp") - access.Number("iat"),
            tokens["expires_in"]!.GetValue<long>()));
    }
}
