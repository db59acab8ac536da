using System.Diagnostics;
using Bff.Oidc;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using static Bff.Tests.Oidc.TokenCalls;

namespace Bff.Tests.Oidc;

/// <summary>What an answer of the token endpoint means, and what no answer does.</summary>
[Row("TOK-01", "TOK-02", "TOK-04", "TOK-08", "TOK-09", "TOK-10", "OUT-02", "OUT-03", "RFR-05")]
public sealed class TokenVerdictTests
{
    [Theory]
    [InlineData(400, "invalid_grant", "refused invalid_grant")]
    [InlineData(401, "invalid_grant", "refused invalid_grant")]
    [InlineData(400, "invalid_request", "refused invalid_request")]
    [InlineData(400, "unauthorized_client", "refused unauthorized_client")]
    [InlineData(400, "unsupported_grant_type", "refused unsupported_grant_type")]
    [InlineData(400, "invalid_scope", "refused invalid_scope")]
    [InlineData(400, "invalid_client", "unavailable invalid_client")]
    [InlineData(401, "invalid_client", "unavailable invalid_client")]
    [InlineData(400, "INVALID_GRANT", "unavailable invalid_response")]
    [InlineData(400, "something else\\n", "unavailable invalid_response")]
    [InlineData(400, "\\ud800", "unavailable invalid_response")]
    [InlineData(403, "invalid_grant", "unavailable status 403")]
    [InlineData(429, "invalid_grant", "unavailable status 429")]
    [InlineData(500, "invalid_grant", "unavailable status 500")]
    [InlineData(503, "invalid_grant", "unavailable status 503")]
    public async Task An_error_is_a_refusal_only_where_the_provider_means_it(int status, string error, string verdict) =>
        Assert.Equal(verdict, await AnswerAsync(status, $$"""{"error":"{{error}}","error_description":"the reason"}""", "the reason"));

    [Theory]
    [InlineData(400, ""), InlineData(400, "<html>"), InlineData(400, "[]"), InlineData(400, "null")]
    [InlineData(400, "{}"), InlineData(400, """{"error":1}""")]
    [InlineData(400, """{"error":["invalid_grant"]}"""), InlineData(401, "{")]
    [InlineData(200, ""), InlineData(200, "<html>"), InlineData(200, "{}"), InlineData(200, """{"error":"invalid_grant"}""")]
    public async Task An_unreadable_answer_ends_no_session(int status, string body) =>
        Assert.Equal("unavailable invalid_response", await AnswerAsync(status, body));

    [Theory]
    [InlineData(201), InlineData(204), InlineData(302), InlineData(307), InlineData(308), InlineData(404), InlineData(405)]
    [InlineData(502), InlineData(504)]
    public async Task Any_other_status_is_no_answer(int status) =>
        Assert.Equal($"unavailable status {status}", await AnswerAsync(status, ""));

    [Theory]
    [InlineData("7", 7), InlineData("Fri, 02 Jan 2026 03:05:05 GMT", 60)]
    [InlineData("0", null), InlineData("-1", null), InlineData("soon", null), InlineData("Fri, 02 Jan 2026 03:03:05 GMT", null)]
    [InlineData(null, null)]
    public async Task A_wait_is_taken_over_in_both_forms(string? retryAfter, int? seconds)
    {
        await using var party = await RelyingParty.StartAsync();
        party.Provider.Answer(TestProvider.Token, 429, "", "text/plain", retryAfter is null ? [] : [("Retry-After", retryAfter)]);

        var unavailable = Assert.IsType<TokenResult.Unavailable>(await RefreshAsync(party));

        Assert.Equal(seconds, unavailable.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task An_endless_answer_is_cut_off()
    {
        await using var party = await RelyingParty.StartAsync();
        party.Provider.Answer(TestProvider.Token, async context =>
        {
            for (var chunk = new byte[64 * 1024]; !context.RequestAborted.IsCancellationRequested;)
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        });

        // By its size: without the limit it would be the deadline that ends it.
        Assert.Equal("ConfigurationLimitExceeded", Assert.IsType<TokenResult.Unavailable>(await RefreshAsync(party)).Reason);
    }

    [Fact]
    public async Task An_answer_of_two_megabytes_is_none()
    {
        await using var party = await RelyingParty.StartAsync();
        party.Provider.SpoilAnswer = answer => answer["padding"] = new string('x', 2 * 1024 * 1024);

        Assert.IsType<TokenResult.Unavailable>(await RefreshAsync(party));
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_provider_that_hangs_or_dribbles_is_left_after_the_deadline(bool dribbles)
    {
        await using var party = await RelyingParty.StartAsync(options => options.BackchannelTimeout = TimeSpan.FromMilliseconds(500));
        await party.MetadataAsync();
        party.Provider.Answer(TestProvider.Token, async context =>
        {
            while (dribbles)
            {
                await context.Response.WriteAsync(" ", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(50, context.RequestAborted);
            }
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        var started = Stopwatch.GetTimestamp();
        var unavailable = Assert.IsType<TokenResult.Unavailable>(await RefreshAsync(party));

        Assert.Equal("timeout", unavailable.Reason);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.4, 9);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_no_answer()
    {
        await using var party = await RelyingParty.StartAsync();
        await party.MetadataAsync();
        party.Provider.IsDown = true;

        Assert.IsType<TokenResult.Unavailable>(await RefreshAsync(party));
        Assert.Equal(1, party.Provider.Count(TestProvider.Token));
    }

    private static async Task<string> AnswerAsync(int status, string body, string? reason = null)
    {
        await using var party = await RelyingParty.StartAsync();
        party.Provider.Answer(TestProvider.Token, status, body);
        var result = await RefreshAsync(party);
        foreach (var canary in new[] { "the-refresh-token", TestProvider.ClientSecret })
            Assert.DoesNotContain(canary, party.Logs.All, StringComparison.Ordinal);
        if (reason is not null && !body.Contains("ud800", StringComparison.Ordinal))
            Assert.Contains($"error_description \"{reason}\"", party.Logs.All, StringComparison.Ordinal);
        return result switch
        {
            TokenResult.Refused refused => "refused " + refused.Error,
            TokenResult.Unavailable unavailable => "unavailable " + unavailable.Reason,
            _ => "granted",
        };
    }
}
