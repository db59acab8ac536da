using System.Net;
using Bff.Local.UserPool;
using Bff.Local.UserPool.RemoteControl;

namespace Bff.Tests.UserPool;

/// <summary>The remote control: what it switches really goes wrong, and nothing else does.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task A_status_strikes_as_often_as_it_was_told_and_does_nothing_else()
    {
        await using var pool = await LocalPool.StartAsync();
        var token = (await pool.TokensAsync())["refresh_token"]!.GetValue<string>();
        pool.Handle.Faults.On(PoolPaths.Token, new EndpointFault { Status = 429, RetryAfter = 7, Body = "slow down", Times = 1 });

        using var struck = await pool.RefreshAsync(token);
        using var spared = await pool.RefreshAsync(token);

        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(7)), (struck.StatusCode, struck.Headers.RetryAfter?.Delta));
        Assert.Equal(HttpStatusCode.OK, spared.StatusCode);
        Assert.Equal(2, pool.Handle.Requests.Grants("refresh_token"));
    }

    [Fact]
    public async Task A_dropped_answer_is_lost_after_the_work_was_done()
    {
        await using var pool = await LocalPool.StartAsync(options => options.Clients[0].RefreshTokenRotation.Feature = "ENABLED");
        var token = (await pool.TokensAsync())["refresh_token"]!.GetValue<string>();
        pool.Handle.Faults.On(PoolPaths.Token, new EndpointFault { DropAnswer = true, Times = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => pool.RefreshAsync(token));

        using var again = await pool.RefreshAsync(token);
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
    }

    [Fact]
    public async Task A_dropped_request_leaves_the_work_undone()
    {
        await using var pool = await LocalPool.StartAsync(options => options.Clients[0].RefreshTokenRotation.Feature = "ENABLED");
        var token = (await pool.TokensAsync())["refresh_token"]!.GetValue<string>();
        pool.Handle.Faults.On(PoolPaths.Token, new EndpointFault { DropRequest = true, Times = 1 });

        await Assert.ThrowsAsync<HttpRequestException>(() => pool.RefreshAsync(token));

        using var again = await pool.RefreshAsync(token);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task A_late_answer_comes_whole_after_the_work_was_done()
    {
        await using var pool = await LocalPool.StartAsync();
        var token = (await pool.TokensAsync())["refresh_token"]!.GetValue<string>();
        pool.Handle.Requests.Clear();
        pool.Handle.Faults.On(PoolPaths.Token, new EndpointFault { AnswerLatency = TimeSpan.FromMilliseconds(500) });

        var refresh = pool.RefreshAsync(token);
        while (pool.Handle.Requests.Done(PoolPaths.Token) == 0)
        {
            Assert.False(refresh.IsCompleted);
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        using var answer = await refresh;
        Assert.Contains("access_token", (await LocalPool.ReadAsync(answer)).Select(member => member.Key));
    }

    [Fact]
    public async Task A_hanging_endpoint_counts_the_request_and_never_answers()
    {
        await using var pool = await LocalPool.StartAsync();
        pool.Handle.Faults.On(PoolPaths.Jwks, new EndpointFault { Hang = true });
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.Back.GetAsync(pool.OnIssuer(PoolPaths.Jwks), patience.Token));

        Assert.Equal(1, pool.Handle.Requests.Count(PoolPaths.Jwks));
    }

    [Fact]
    public async Task Claims_can_be_replaced_and_left_out()
    {
        await using var pool = await LocalPool.StartAsync();
        pool.Handle.Faults.Plan =
            new()
            {
                IdToken = { ["nonce"] = "wrong", ["at_hash"] = null },
                AccessToken = { ["token_use"] = "id" },
                TokenAnswer = { ["refresh_token"] = null }
            };

        var tokens = await pool.TokensAsync(("nonce", "N"));

        var id = Jwt.Read(tokens["id_token"]);
        Assert.Equal(("wrong", "id"), (id.Text("nonce"), Jwt.Read(tokens["access_token"]).Text("token_use")));
        Assert.DoesNotContain("at_hash", id.Names);
        Assert.DoesNotContain("refresh_token", tokens.Select(member => member.Key));
    }

    [Fact]
    public async Task The_clock_can_run_ahead_in_tokens_and_in_the_Date_header()
    {
        await using var pool = await LocalPool.StartAsync();
        pool.Handle.Faults.Plan = new() { ClockOffset = TimeSpan.FromHours(2) };

        var id = Jwt.Read((await pool.TokensAsync())["id_token"]);
        using var page = await pool.Back.GetAsync(pool.OnDomain("/"), TestContext.Current.CancellationToken);

        Assert.Equal(pool.Time.GetUtcNow().AddHours(2).ToUnixTimeSeconds(), id.Number("iat"));
        Assert.Equal(pool.Time.GetUtcNow().AddHours(2), page.Headers.Date);
    }

    [Fact]
    public async Task A_quota_of_requests_a_second_is_429_beyond_it()
    {
        await using var pool = await LocalPool.StartAsync();
        pool.Handle.Faults.Plan = new() { RequestsPerSecond = 2 };

        using var first = await pool.RefreshAsync("x");
        using var second = await pool.RefreshAsync("x");
        using var third = await pool.RefreshAsync("x");
        pool.Time.Advance(TimeSpan.FromSeconds(1));
        using var later = await pool.RefreshAsync("x");

        Assert.Equal([400, 400, 429, 400], new[] { first, second, third, later }.Select(answer => (int)answer.StatusCode));
    }

    [Fact]
    public async Task Lifetimes_may_leave_the_bounds_of_AWS()
    {
        await using var pool = await LocalPool.StartAsync();
        pool.Handle.Faults.Plan = new() { AccessTokenLifetime = TimeSpan.FromSeconds(3) };

        var tokens = await pool.TokensAsync();

        Assert.Equal(3, tokens["expires_in"]!.GetValue<int>());
    }
}
