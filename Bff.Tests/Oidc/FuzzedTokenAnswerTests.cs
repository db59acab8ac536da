using System.Text;
using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>
/// Whatever a token endpoint answers, the sign-in or the refresh ends with a verdict. See <see cref="Fuzz"/> for longer runs.
/// </summary>
[Row("TOK-05", "TOK-07", "TOK-08", "TOK-11")]
public sealed class FuzzedTokenAnswerTests
{
    private static readonly string[] Answers =
    [
        """{"id_token":"a.b.c","access_token":"d.e.f","refresh_token":"g.h.i.j.k","expires_in":3600,"token_type":"Bearer"}""",
        """{"access_token":"d","token_type":"bearer","scope":"openid email","expires_in":"3600","x":{"y":[1,null,true]}}""",
        """{ "token_type" : "Bearer", "access_token" : "\u0061bc", "id_token" : null, "expires_in" : 1 }""",
    ];

    private static readonly string[] Errors =
    [
        """{"error":"invalid_grant"}""",
        """{"error":"invalid_client","error_description":"x"}""",
        """{"a":{"error":[1]},"error" : "invalid\u005fgrant"}""",
    ];

    [Fact]
    public async Task An_answer_is_understood_or_none_and_what_is_understood_fits_into_a_header()
    {
        Assert.All(Answers, answer => Assert.NotNull(TokenResponse.Read(Encoding.UTF8.GetBytes(answer))));

        await Fuzz.Bytes(Answers).RunAsync(bytes =>
        {
            if (TokenResponse.Read(bytes) is not { } tokens) return;
            Assert.InRange(tokens.AccessToken.Length, 1, bytes.Length);
            Assert.All(new[] { tokens.AccessToken, tokens.IdToken, tokens.RefreshToken }, token =>
                Assert.True(token is null || (token.Length > 0 && token.All(character => character is > ' ' and <= '~'))));
            Assert.InRange(tokens.ExpiresIn, TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650));
            Assert.True(tokens.Scope is null || tokens.Scope.All(character => character is >= ' ' and <= '~'));
        });
    }

    [Fact]
    public async Task An_error_is_one_of_the_registered_ones_or_no_answer()
    {
        await using var party = await RelyingParty.StartAsync();
        var metadata = await party.KnownMetadataAsync();
        string[] known = ["invalid_request", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope"];

        await Fuzz.Bytes([.. Errors, .. Answers]).RunAsync(async bytes =>
        {
            var result = await RefreshAsync(party, metadata, bytes);

            if (result is TokenResult.Refused refused) Assert.Contains(refused.Error, known);
            else Assert.Contains(Assert.IsType<TokenResult.Unavailable>(result).Reason, new[] { "invalid_response", "invalid_client" });
        });
    }

    /// <summary>What a run found: half a character in a member's name.</summary>
    [Theory]
    [InlineData("""{"error":"invalid_grant","\ud800":1}"""), InlineData("""{"\ud800\ud800":{"error":1}}""")]
    public async Task Half_a_character_is_no_answer_either(string body)
    {
        await using var party = await RelyingParty.StartAsync();

        var result = await RefreshAsync(party, await party.KnownMetadataAsync(), Encoding.UTF8.GetBytes(body));

        Assert.Equal("invalid_response", Assert.IsType<TokenResult.Unavailable>(result).Reason);
    }

    // The request names its answer, since two run at once.
    private static async Task<TokenResult> RefreshAsync(RelyingParty party,
        Microsoft.IdentityModel.Protocols.OpenIdConnect.OpenIdConnectConfiguration metadata, byte[] body)
    {
        var path = $"/token/{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(body))}";
        party.Provider.Answer(path, async context =>
        {
            context.Response.StatusCode = 400;
            await context.Response.Body.WriteAsync(body);
        });
        var own = new Microsoft.IdentityModel.Protocols.OpenIdConnect.OpenIdConnectConfiguration
        {
            Issuer = metadata.Issuer,
            TokenEndpoint = party.Provider.Origin + path
        };
        try
        {
            return await party.Tokens.RefreshAsync(own, "the-refresh-token", TestContext.Current.CancellationToken);
        }
        finally
        {
            party.Provider.Answer(path, null);
        }
    }
}
