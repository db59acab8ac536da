using System.Collections.Concurrent;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace Bff.Tests.Local;

/// <summary>The calls of an app through <c>bff.js</c>, and its sign-out, against a BFF that answers as the test says.</summary>
public sealed class ModuleCallTests(Chromium chromium) : OpenedSpa(chromium)
{
    [Fact]
    public async Task A_call_keeps_the_headers_of_any_form_and_the_reason_of_an_abort()
    {
        var seen = new ConcurrentQueue<string>();
        bff.Answers["GET /api/hello"] = http =>
        {
            seen.Enqueue(http.Request.Headers.Accept + " " + http.Request.Headers["X-CSRF"]);
            return TypedResults.StatusCode(500);
        };
        await EmbeddedModule.ServeAsync(page.Context, bff.Origin);
        await page.GotoAsync(Origin + "/app");
        await page.ShowsAsync("signed in alice-sub");

        foreach (var headers in (string[])["{ accept: 'text/x' }", "new Headers({ accept: 'text/x' })", "[['accept', 'text/x']]"])
        {
            var call = $"bff.call('/api/hello', {{ headers: {headers} }})";
            Assert.Equal(500, await page.EvaluateAsync<int>(call + ".then(answer => answer.status)"));
        }

        var aborted = await page.EvaluateAsync<string>("bff.call('/me', { signal: AbortSignal.abort() }).catch(error => error.name)");
        Assert.Equal("AbortError", aborted);
        Assert.Equal(["text/x 1", "text/x 1", "text/x 1"], seen);
    }

    [Theory]
    [InlineData(503, "its_own"), InlineData(503, null), InlineData(429, "quota")]
    public async Task The_errors_of_the_API_reach_the_app(int status, string? code)
    {
        bff.Answers["GET /api/hello"] = _ => code is null ? TypedResults.StatusCode(status) : StubBff.Problem(status, code);
        await EmbeddedModule.ServeAsync(page.Context, bff.Origin);
        await page.GotoAsync(Origin + "/app");
        await page.ShowsAsync("signed in alice-sub");

        Assert.Equal(status, await page.EvaluateAsync<int>("bff.call('/api/hello').then(answer => answer.status)"));

        bff.Answers["GET /api/hello"] = _ => StubBff.Problem(status, status == 429 ? "rate_limited" : "provider_unavailable");
        var error = await page.EvaluateAsync<string>("bff.call('/api/hello').catch(error => error.message)");
        Assert.Equal("Temporarily unavailable", error);
    }

    [Fact]
    public async Task A_sign_out_that_fails_leaves_the_tab_its_stream()
    {
        bff.Answers["GET /events"] = http => TypedResults.ServerSentEvents(EmbeddedModule.Endless(http.RequestAborted));
        bff.Answers["POST /logout"] = _ => StubBff.Problem(503, "store_unavailable");
        await EmbeddedModule.ServeAsync(page.Context, bff.Origin);
        await page.GotoAsync(Origin + "/app");
        await page.ShowsAsync("signed in alice-sub");
        await PollAsync(() => Streams() == 1);

        var error = await page.EvaluateAsync<string>("bff.signOut().catch(error => error.message)");

        Assert.Equal("Temporarily unavailable", error);
        await PollAsync(() => Streams() == 2);
    }

    [Fact]
    public async Task A_session_that_ends_soon_after_its_sign_in_is_no_failed_sign_in()
    {
        var logins = await EmbeddedModule.ServeAsync(page.Context, bff.Origin);
        await page.GotoAsync(Origin + "/health");
        await page.EvaluateAsync("sessionStorage.setItem('bffLogin', Date.now())");
        await page.GotoAsync(Origin + "/app");
        await page.ShowsAsync("signed in alice-sub");

        SignedOut();
        await page.GotoAsync(Origin + "/app?again");

        await PollAsync(() => logins.Contains(Origin + "/app?again"));
    }

    private int Streams() => bff.Requests.Count(request => request.Request.StartsWith("GET /events", StringComparison.Ordinal));

    private static Task PollAsync(Func<bool> condition) => Poll.UntilAsync(() => Task.FromResult(condition()));
}
