using System.Net;

namespace Bff.Tests.UserPool;

public sealed class UserInfoTests
{
    [Fact]
    public async Task Attributes_are_the_scopes_and_all_of_them_strings()
    {
        await using var pool = await LocalPool.StartAsync();
        var access = (await pool.TokensAsync(("scope", "openid email")))["access_token"]!;

        using var answer = await pool.UserInfoAsync(access.GetValue<string>());

        var body = await LocalPool.ReadAsync(answer);
        Assert.Equal(["email", "email_verified", "sub", "username"], body.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal(("true", LocalPool.Carol), (body["email_verified"]!.GetValue<string>(), body["email"]!.GetValue<string>()));
        Assert.Equal(Jwt.Read(access).Text("sub"), body["sub"]!.GetValue<string>());
    }

    [Fact]
    public async Task Without_a_token_the_error_is_in_a_header_alone()
    {
        await using var pool = await LocalPool.StartAsync();

        using var answer = await pool.Back.GetAsync(pool.OnDomain("/oauth2/userInfo"), TestContext.Current.CancellationToken);

        await AssertErrorAsync(answer, HttpStatusCode.BadRequest,
            "error=\"invalid_request\", error_description=\"Bad OAuth2 request at UserInfo Endpoint\"");
    }

    [Theory]
    [InlineData("id_token")]
    [InlineData("refresh_token")]
    [InlineData("expired")]
    [InlineData("without openid")]
    [InlineData("signed out everywhere")]
    public async Task A_token_that_is_no_live_access_token_with_openid_is_refused(string kind)
    {
        await using var pool = await LocalPool.StartAsync(options => options.Clients[0].AllowedOAuthScopes.Add("orders/read"));
        var tokens = await pool.TokensAsync(("scope", kind == "without openid" ? "orders/read" : "openid"));
        pool.Time.Advance(kind == "expired" ? TimeSpan.FromHours(1) : TimeSpan.FromSeconds(1));
        if (kind == "signed out everywhere")
        {
            pool.Handle.Users.SignOutEverywhere(pool.Handle.Users.ByEmail(LocalPool.Carol)!);
        }

        using var answer = await pool.UserInfoAsync(tokens[kind.EndsWith("_token", StringComparison.Ordinal) ? kind
            : "access_token"]!.GetValue<string>());

        await AssertErrorAsync(answer, HttpStatusCode.Unauthorized,
            "error=\"invalid_token\", error_description=\"Access token is expired, disabled, or deleted, or the user has globally "
            + "signed out.\"");
    }

    private static async Task AssertErrorAsync(HttpResponseMessage answer, HttpStatusCode status, string challenge)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(challenge, answer.Headers.NonValidated["WWW-Authenticate"].ToString());
        Assert.Equal("", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
