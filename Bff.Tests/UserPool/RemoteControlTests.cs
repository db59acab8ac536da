using System.Net;
using System.Net.Http.Json;
using Bff.Local.UserPool;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.UserPool;

/// <summary>The remote control from another process, and what the pool remembers of its requests.</summary>
public sealed class RemoteControlTests
{
    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 2)]
    public async Task Rotated_keys_are_new_and_the_old_ones_are_kept_on_request(bool keepOld, int kept)
    {
        await using var pool = await LocalPool.StartAsync();
        var before = await KeyIdsAsync(pool);

        using var answer = await pool.Back.PostAsync(new Uri(pool.Handle.IssuerUrl, $"/faults/key-rotation?keepOld={keepOld}"), null,
            TestContext.Current.CancellationToken);

        var after = await KeyIdsAsync(pool);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal((2 + kept, kept), (after.Length, after.Intersect(before).Count()));
    }

    [Fact]
    public async Task An_unpublished_key_signs_tokens_that_no_key_set_explains()
    {
        await using var pool = await LocalPool.StartAsync();
        pool.Handle.Faults.Plan = new() { UnpublishedKey = true };

        var tokens = await pool.TokensAsync();

        Assert.DoesNotContain(Jwt.Read(tokens["id_token"]).Header["kid"]!.GetValue<string>(), await KeyIdsAsync(pool));
    }

    [Fact]
    public async Task Faults_are_switched_over_HTTP_on_the_issuers_port_alone()
    {
        await using var pool = await LocalPool.StartAsync();
        var faults = new Uri(pool.Handle.IssuerUrl, "/faults");
        var plan = new
        {
            endpoints = new Dictionary<string, object> { [PoolPaths.Token] = new { status = 503, retryAfter = 2 } },
            clockOffset = "00:01:00",
            idToken = new { nonce = (string?)null }
        };

        using var put = await pool.Back.PutAsJsonAsync(faults, plan, TestContext.Current.CancellationToken);
        using var struck = await pool.RefreshAsync("x");
        var shown = await pool.Back.GetStringAsync(faults, TestContext.Current.CancellationToken);
        using var deleted = await pool.Back.DeleteAsync(faults, TestContext.Current.CancellationToken);
        using var spared = await pool.RefreshAsync("x");
        using var onDomain = await pool.Back.GetAsync(pool.OnDomain("/faults"), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (put.StatusCode, struck.StatusCode));
        Assert.Contains("\"00:01:00\"", shown, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.BadRequest, HttpStatusCode.NotFound),
            (deleted.StatusCode, spared.StatusCode, onDomain.StatusCode));
    }

    [Fact]
    public async Task The_request_log_keeps_token_forms_and_no_passwords()
    {
        await using var pool = await LocalPool.StartAsync();

        await pool.TokensAsync();

        var request = Assert.Single(pool.Handle.Requests.TokenRequests);
        Assert.Equal(("authorization_code", LocalPool.ClientSecret, 200),
            (request.GrantType, request.Form["client_secret"], request.Status));
        Assert.Empty(pool.Handle.Requests.Last.Single(logged => logged is { Method: "POST", Path: PoolPaths.Login }).Form);
    }

    [Fact]
    public async Task Whoever_has_the_answer_finds_the_request_in_the_log()
    {
        await using var pool = await LocalPool.StartAsync();
        var (log, mayEnd) = (new RequestLog(), new TaskCompletionSource());
        var logged = new RequestLogMiddleware(
            async context =>
            {
                context.Response.ContentLength = 4;
                await context.Response.WriteAsync("done");
                await mayEnd.Task;
            },
            log,
            pool.Handle.App.Services.GetRequiredService<PoolAddresses>());
        var url = new Uri($"http://localhost:{FreePort.Next()}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var server = builder.Build();
        server.Urls.Add(url.Origin());
        server.Run(logged.InvokeAsync);
        await server.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal("done", await pool.Back.GetStringAsync(url, TestContext.Current.CancellationToken));

        Assert.Equal(200, Assert.Single(log.Last).Status);
        mayEnd.SetResult();
    }

    private static async Task<string[]> KeyIdsAsync(LocalPool pool)
    {
        using var answer = await pool.Back.GetAsync(pool.OnIssuer(PoolPaths.Jwks), TestContext.Current.CancellationToken);
        return [.. (await LocalPool.ReadAsync(answer))["keys"]!.AsArray().Select(key => key!["kid"]!.GetValue<string>())];
    }
}
