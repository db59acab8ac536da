using System.Net;
using System.Text;
using Bff.Oidc;
using Bff.Tests.Hosting;
using static Bff.Tests.Oidc.TokenCalls;

namespace Bff.Tests.Oidc;

/// <summary>What is sent to the token and revocation endpoints (RFC 6749, RFC 7009), and that no redirect takes it elsewhere.</summary>
[Row("TOK-01", "TOK-02", "TOK-04", "TOK-08", "TOK-09", "TOK-10", "OUT-02", "OUT-03", "RFR-05")]
public sealed class TokenClientTests
{
    private const string RedirectUri = "https://app.example.com/callback?a=b&c";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_code_is_redeemed_with_all_that_belongs_to_it_and_nothing_in_the_URL()
    {
        await using var party = await RelyingParty.StartAsync();

        await RedeemAsync(party, "a+b/c=%& é");

        var request = TokenRequest(party);
        Assert.Equal(("POST", "", null), (request.Method, request.Query, request.Authorization));
        Assert.StartsWith("application/x-www-form-urlencoded", request.ContentType, StringComparison.Ordinal);
        Assert.Equal(["grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret"], request.Form.AllKeys);
        Assert.Equal("authorization_code", request.Form["grant_type"]);
        Assert.Equal("a+b/c=%& é", request.Form["code"]);
        Assert.Equal(RedirectUri, request.Form["redirect_uri"]);
        Assert.Equal("the-verifier", request.Form["code_verifier"]);
    }

    [Fact]
    public async Task A_refresh_asks_for_no_scope()
    {
        await using var party = await RelyingParty.StartAsync();

        Assert.IsType<TokenResult.Granted>(await RefreshAsync(party));

        Assert.Equal(["grant_type", "refresh_token", "client_id", "client_secret"], TokenRequest(party).Form.AllKeys);
        Assert.Equal("the-refresh-token", TokenRequest(party).Form["refresh_token"]);
    }

    [Theory]
    [InlineData("client", "secret")]
    [InlineData("a:b c+d%e/f=g&h", "é:ü +%&=/?#\"\\~!*()'")]
    [InlineData("%3A", "%2B")]
    public async Task Credentials_arrive_as_they_are_in_either_form(string id, string secret)
    {
        await using var basic = await StartAsync(ClientAuthentication.client_secret_basic);
        await RefreshAsync(basic);
        var credentials = Encoding.ASCII.GetString(Convert.FromBase64String(TokenRequest(basic).Authorization!["Basic ".Length..]))
            .Split(':');
        Assert.Equal([id, secret], credentials.Select(WebUtility.UrlDecode));
        Assert.Equal(["grant_type", "refresh_token"], TokenRequest(basic).Form.AllKeys);

        await using var post = await StartAsync(ClientAuthentication.client_secret_post);
        await RefreshAsync(post);
        Assert.Equal((id, secret), (TokenRequest(post).Form["client_id"], TokenRequest(post).Form["client_secret"]));
        Assert.Null(TokenRequest(post).Authorization);

        Task<RelyingParty> StartAsync(ClientAuthentication form) =>
            RelyingParty.StartAsync(options => (options.ClientId, options.ClientSecret, options.ClientAuthentication) = (id, secret, form));
    }

    [Theory]
    [InlineData(302), InlineData(307), InlineData(308)]
    public async Task A_redirect_takes_the_secret_nowhere(int status)
    {
        await using var party = await RelyingParty.StartAsync();
        foreach (var path in new[] { TestProvider.Token, TestProvider.Revoke })
            party.Provider.Answer(path, status, "", "text/plain", ("Location", party.Provider.Origin + "/evil"));

        await RefreshAsync(party);
        await party.Tokens.RevokeAsync("the-refresh-token");

        Assert.Equal(0, party.Provider.Count("/evil"));
        Assert.Equal(1, party.Provider.Count(TestProvider.Token));
    }

    private static async Task<TokenResult> RedeemAsync(RelyingParty party, string code)
    {
        var metadata = await party.KnownMetadataAsync();
        var granted = (AuthorizationVerdict.Granted)new AuthorizationResponse("state", code, null, null).Judge(metadata);
        return await party.Tokens.RedeemAsync(metadata, granted.Code, "the-verifier", RedirectUri, Cancelled);
    }

    private static ReceivedRequest TokenRequest(RelyingParty party) =>
        Assert.Single(party.Provider.Requests, request => request.Path == TestProvider.Token);
}
