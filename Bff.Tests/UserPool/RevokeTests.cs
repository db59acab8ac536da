using System.Net;
using Bff.Local.UserPool;

namespace Bff.Tests.UserPool;

public sealed class RevokeTests
{
    private static readonly (string, string) Credentials = (LocalPool.ClientId, LocalPool.ClientSecret);

    [Fact]
    public async Task A_revoked_refresh_token_is_dead_and_so_is_its_access_token_at_userInfo()
    {
        await using var pool = await LocalPool.StartAsync();
        var tokens = await pool.TokensAsync();
        var (refresh, access) = (tokens["refresh_token"]!.GetValue<string>(), tokens["access_token"]!.GetValue<string>());

        using var answer = await pool.PostAsync("/oauth2/revoke", Credentials, ("token", refresh));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.BadRequest, (await pool.RefreshAsync(refresh)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await pool.UserInfoAsync(access)).StatusCode);
    }

    [Fact]
    public async Task Another_sign_in_of_the_same_user_lives_on()
    {
        await using var pool = await LocalPool.StartAsync();
        var (ended, other) = (await pool.TokensAsync(), await pool.TokensAsync());

        using var answer = await pool.PostAsync("/oauth2/revoke", Credentials, ("token", ended["refresh_token"]!.GetValue<string>()));

        Assert.Equal(HttpStatusCode.OK, (await pool.RefreshAsync(other["refresh_token"]!.GetValue<string>())).StatusCode);
    }

    [Theory]
    [InlineData("unknown", HttpStatusCode.OK, null)]
    [InlineData("revoked", HttpStatusCode.OK, null)]
    [InlineData("access_token", HttpStatusCode.BadRequest, "unsupported_token_type")]
    [InlineData("id_token", HttpStatusCode.BadRequest, "unsupported_token_type")]
    [InlineData("none", HttpStatusCode.BadRequest, "invalid_request")]
    public async Task What_is_revoked_decides_the_answer(string what, HttpStatusCode status, string? error)
    {
        await using var pool = await LocalPool.StartAsync();
        var tokens = await pool.TokensAsync();
        var refresh = tokens["refresh_token"]!.GetValue<string>();
        var token = what switch
        {
            "unknown" => "a.b.c.d.e",
            "none" => "",
            "revoked" => refresh,
            var member =>
            tokens[member]!.GetValue<string>()
        };
        if (what == "revoked")
        {
            await pool.PostAsync("/oauth2/revoke", Credentials, ("token", token));
        }

        using var answer = await pool.PostAsync("/oauth2/revoke", Credentials, ("token", token));

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(error, await LocalPool.ErrorAsync(answer));
    }

    [Fact]
    public async Task A_wrong_secret_is_401_unlike_at_the_token_endpoint()
    {
        await using var pool = await LocalPool.StartAsync();

        using var answer = await pool.PostAsync("/oauth2/revoke", (LocalPool.ClientId, "wrong"), ("token", "x"));

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (answer.StatusCode, await LocalPool.ErrorAsync(answer)));
    }

    [Fact]
    public async Task A_secret_in_the_body_is_not_enough()
    {
        await using var pool = await LocalPool.StartAsync();

        using var answer = await pool.PostAsync("/oauth2/revoke", null, ("token", "x"), ("client_id", LocalPool.ClientId),
            ("client_secret", LocalPool.ClientSecret));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_client_without_revocation_is_told_invalid_request()
    {
        await using var pool = await LocalPool.StartAsync(options => options.Clients[0].EnableTokenRevocation = false);

        using var answer = await pool.PostAsync("/oauth2/revoke", Credentials, ("token", "x"));

        Assert.Equal("invalid_request", await LocalPool.ErrorAsync(answer));
    }

    [Fact]
    public async Task A_public_client_revokes_with_its_id_alone()
    {
        await using var pool = await LocalPool.StartAsync(options => options.Clients.Add(new AppClient { ClientId = "public" }));

        using var answer = await pool.PostAsync("/oauth2/revoke", null, ("token", "x"), ("client_id", "public"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
