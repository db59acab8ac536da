using System.Net;
using System.Text.Json.Nodes;

namespace Bff.Tests.UserPool;

public sealed class RefreshTests
{
    [Fact]
    public async Task Without_rotation_the_answer_names_no_refresh_token_and_the_old_one_works_on()
    {
        await using var pool = await LocalPool.StartAsync();
        var token = Token(await pool.TokensAsync());

        using var first = await pool.RefreshAsync(token);
        using var second = await pool.RefreshAsync(token);

        Assert.Equal(["id_token", "access_token", "expires_in", "token_type"],
            (await LocalPool.ReadAsync(first)).Select(member => member.Key));
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    [Fact]
    public async Task Refreshed_tokens_keep_the_sign_in_and_are_otherwise_new()
    {
        await using var pool = await LocalPool.StartAsync();
        var before = await pool.TokensAsync(("nonce", "N"));
        pool.Time.Advance(TimeSpan.FromMinutes(30));

        using var answer = await pool.RefreshAsync(Token(before));

        var (old, fresh) = (Jwt.Read(before["id_token"]), Jwt.Read((await LocalPool.ReadAsync(answer))["id_token"]));
        Assert.All(new[] { "sub", "aud", "iss", "origin_jti" }, claim => Assert.Equal(old.Text(claim), fresh.Text(claim)));
        Assert.Equal(old.Number("auth_time"), fresh.Number("auth_time"));
        Assert.Equal((1800, 1800), (fresh.Number("iat") - old.Number("iat"), fresh.Number("exp") - old.Number("exp")));
        Assert.NotEqual(old.Text("jti"), fresh.Text("jti"));
        Assert.DoesNotContain("nonce", fresh.Names);
    }

    [Fact]
    public async Task A_refresh_token_ends_at_its_fixed_time_however_it_is_used()
    {
        await using var pool = await LocalPool.StartAsync();
        var token = Token(await pool.TokensAsync());
        pool.Time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        using var last = await pool.RefreshAsync(token);
        pool.Time.Advance(TimeSpan.FromSeconds(1));

        using var after = await pool.RefreshAsync(token);

        Assert.Equal((HttpStatusCode.OK, "invalid_grant"), (last.StatusCode, await LocalPool.ErrorAsync(after)));
    }

    [Fact]
    public async Task A_disabled_user_gets_nothing_more()
    {
        await using var pool = await LocalPool.StartAsync();
        var token = Token(await pool.TokensAsync());
        pool.Handle.Users.Disable(pool.Handle.Users.ByEmail(LocalPool.Carol)!);

        Assert.Equal("invalid_grant", await LocalPool.ErrorAsync(await pool.RefreshAsync(token)));
    }

    [Fact]
    public async Task A_global_sign_out_ends_the_tokens_before_it_and_not_those_after_it()
    {
        await using var pool = await LocalPool.StartAsync();
        var before = Token(await pool.TokensAsync());
        pool.Time.Advance(TimeSpan.FromSeconds(1));
        pool.Handle.Users.SignOutEverywhere(pool.Handle.Users.ByEmail(LocalPool.Carol)!);
        pool.Time.Advance(TimeSpan.FromSeconds(1));
        var after = Token(await pool.TokensAsync());

        Assert.Equal("invalid_grant", await LocalPool.ErrorAsync(await pool.RefreshAsync(before)));
        Assert.Equal(HttpStatusCode.OK, (await pool.RefreshAsync(after)).StatusCode);
    }

    [Theory]
    [InlineData(null, "invalid_request")]
    [InlineData("unknown", "invalid_grant")]
    public async Task A_missing_token_and_an_unknown_one_are_told_apart(string? token, string error)
    {
        await using var pool = await LocalPool.StartAsync();

        Assert.Equal(error, await LocalPool.ErrorAsync(await pool.TokenAsync(("grant_type", "refresh_token"), ("refresh_token", token))));
    }

    private static string Token(JsonObject answer) => answer["refresh_token"]!.GetValue<string>();
}
