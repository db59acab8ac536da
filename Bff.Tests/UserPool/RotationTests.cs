using System.Net;
using System.Text.Json.Nodes;
using Bff.Local.UserPool;

namespace Bff.Tests.UserPool;

/// <summary>Refresh-token rotation, which is off unless the app client says otherwise.</summary>
public sealed class RotationTests
{
    [Fact]
    public async Task With_rotation_each_refresh_brings_a_new_token_and_the_old_one_dies()
    {
        await using var pool = await LocalPool.StartAsync(Rotate(graceSeconds: 0));
        var old = Token(await pool.TokensAsync());

        using var answer = await pool.RefreshAsync(old);
        var body = await LocalPool.ReadAsync(answer);

        Assert.Equal(["id_token", "access_token", "refresh_token", "expires_in", "token_type"], body.Select(member => member.Key));
        Assert.Equal("invalid_grant", await LocalPool.ErrorAsync(await pool.RefreshAsync(old)));
        Assert.Equal(HttpStatusCode.OK, (await pool.RefreshAsync(Token(body))).StatusCode);
    }

    [Fact]
    public async Task In_the_grace_the_old_token_works_and_a_second_use_does_not_extend_it()
    {
        await using var pool = await LocalPool.StartAsync(Rotate(graceSeconds: 30));
        var old = Token(await pool.TokensAsync());
        await pool.RefreshAsync(old);
        pool.Time.Advance(TimeSpan.FromSeconds(29));
        using var within = await pool.RefreshAsync(old);
        pool.Time.Advance(TimeSpan.FromSeconds(1));

        using var after = await pool.RefreshAsync(old);

        Assert.Equal((HttpStatusCode.OK, "invalid_grant"), (within.StatusCode, await LocalPool.ErrorAsync(after)));
    }

    [Fact]
    public async Task Using_a_replaced_token_does_not_end_the_family()
    {
        await using var pool = await LocalPool.StartAsync(Rotate(graceSeconds: 0));
        var old = Token(await pool.TokensAsync());
        var fresh = Token(await LocalPool.ReadAsync(await pool.RefreshAsync(old)));
        await pool.RefreshAsync(old);

        using var answer = await pool.RefreshAsync(fresh);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_rotated_token_lives_for_the_remaining_time_of_the_first()
    {
        await using var pool = await LocalPool.StartAsync(Rotate(graceSeconds: 0));
        var token = Token(await pool.TokensAsync());
        pool.Time.Advance(TimeSpan.FromDays(29));
        token = Token(await LocalPool.ReadAsync(await pool.RefreshAsync(token)));
        pool.Time.Advance(TimeSpan.FromDays(1));

        using var answer = await pool.RefreshAsync(token);

        Assert.Equal("invalid_grant", await LocalPool.ErrorAsync(answer));
    }

    [Fact]
    public async Task Of_twenty_refreshes_at_once_without_grace_one_is_granted()
    {
        await using var pool = await LocalPool.StartAsync(Rotate(graceSeconds: 0));
        var token = Token(await pool.TokensAsync());

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => pool.RefreshAsync(token)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
    }

    private static Action<UserPoolOptions> Rotate(int graceSeconds) => options =>
        options.Clients[0].RefreshTokenRotation = new() { Feature = "ENABLED", RetryGracePeriodSeconds = graceSeconds };

    private static string Token(JsonObject answer) => answer["refresh_token"]!.GetValue<string>();
}
