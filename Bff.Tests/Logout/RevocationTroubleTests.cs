using System.Diagnostics;
using System.Net;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace Bff.Tests.Logout;

/// <summary>Signing out at a provider whose revocation endpoint is in trouble.</summary>
[Row("OUT-02", "OUT-03")]
public sealed class RevocationTroubleTests(SharedRedis redis)
{
    // Three seconds are promised; the rest is for a busy machine.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(8);

    private static readonly Dictionary<string, Action<TestProvider>> Troubles = new()
    {
        ["503"] = provider => provider.Answer(TestProvider.Revoke, 503, ""),
        ["503, come back in a minute"] = provider => provider.Answer(TestProvider.Revoke, 503, "", "text/plain", ("Retry-After", "60")),
        ["503, come back in a lifetime"] = provider =>
            provider.Answer(TestProvider.Revoke, 503, "", "text/plain", ("Retry-After", $"{int.MaxValue}")),
        ["400"] = provider => provider.Answer(TestProvider.Revoke, 400, """{"error":"unsupported_token_type"}"""),
        ["hang"] = provider => provider.Answer(TestProvider.Revoke, context => Task.Delay(Timeout.Infinite, context.RequestAborted)),
        ["a body without an end"] = provider => provider.Answer(TestProvider.Revoke, async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.WriteAsync(new string('x', 100_000), context.RequestAborted);
        }),
        ["a redirect"] = provider => provider.Answer(TestProvider.Revoke, 307, "", "text/plain", ("Location", provider.Origin + "/stolen")),
        ["no TLS where there should be"] = provider =>
            provider.Metadata["revocation_endpoint"] = provider.Origin.Replace("http:", "https:", StringComparison.Ordinal)
            + TestProvider.Revoke,
        ["no server there"] = provider => provider.Metadata["revocation_endpoint"] = $"http://127.0.0.1:{FreePort.Next()}/revoke",
    };

    public static TheoryData<string> Rows => [.. Troubles.Keys];

    [Theory, MemberData(nameof(Rows))]
    public async Task Signing_out_is_done_here_in_bounded_time_and_the_failure_is_in_the_log(string trouble)
    {
        await using var provider = await TestProvider.StartAsync();
        Troubles[trouble](provider);
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        provider.Time = system.Time;
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var cookie = browser.Cookie(The.SessionCookie)!.Value;

        var started = Stopwatch.GetTimestamp();
        using var answer = await browser.LogoutAsync(system);

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Bound);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.StartsWith(provider.Origin + "/logout?", (string?)(await answer.JsonAsync())["logoutUrl"], StringComparison.Ordinal);
        Assert.Null(browser.Cookie(The.SessionCookie));
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        Raw.AssertAnonymous(await Raw.CallAsync(system, Raw.Session(cookie)), "the old cookie");
        Assert.Single(system.Logs.Events, line => line.Message.Contains("could not be revoked", StringComparison.Ordinal));
        Assert.Equal(0, provider.Count("/stolen"));
    }

    [Fact]
    public async Task A_503_is_tried_once_more_and_a_second_one_is_the_end()
    {
        await using var provider = await TestProvider.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        provider.Time = system.Time;
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        provider.Answer(TestProvider.Revoke, async context =>
        {
            context.Response.StatusCode = provider.Count(TestProvider.Revoke) == 1 ? 503 : 200;
            await context.Response.CompleteAsync();
        });

        Assert.Equal(HttpStatusCode.OK, (await browser.LogoutAsync(system)).StatusCode);

        Assert.Equal(2, provider.Count(TestProvider.Revoke));
        Assert.Single(provider.Requests.Where(request => request.Path == TestProvider.Revoke).Select(request => request.Form["token"])
            .Distinct());
        Assert.DoesNotContain("could not be revoked", system.Logs.All, StringComparison.Ordinal);
        provider.Answer(TestProvider.Revoke, 503, "");
        await browser.SignInAsync(system);
        await browser.LogoutAsync(system);
        Assert.Equal(4, provider.Count(TestProvider.Revoke));
    }
}
