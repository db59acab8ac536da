using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>Two tabs: what one still waits for while the other signs in again must not sign that one out again.</summary>
[Row("SES-14", "RFR-06")]
public sealed class LateAnswerTests(SharedRedis redis)
{
    [Theory]
    [InlineData("/refresh", false), InlineData("/refresh", true), InlineData("/api/hello", false), InlineData("/api/hello", true)]
    public async Task A_late_end_of_the_former_session_does_not_delete_the_cookie_of_the_new_one(string path, bool refused)
    {
        await using var system =
            await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "04:00:00")], options =>
            options.Clients[0].RefreshTokenRotation.Feature = "ENABLED");
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var former = browser.Cookie(The.SessionCookie)!.Value;
        system.Time.Advance(TimeSpan.FromMinutes(61));
        var callback = await browser.SignInUpToCallbackAsync(system);
        var granted = system.Pool.Requests.Done("/oauth2/token");
        var late = refused
            ? new EndpointFault { Status = 400, Body = """{"error":"invalid_grant"}""", Latency = TimeSpan.FromSeconds(3), Times = 1 }
            : new EndpointFault { AnswerLatency = TimeSpan.FromSeconds(3), Times = 1 };
        system.Pool.Faults.On("/oauth2/token", late);

        var waiting = browser.CallAsync(system, path == "/refresh" ? HttpMethod.Post : HttpMethod.Get, path);
        await Poll.UntilAsync(() =>
            Task.FromResult(refused ? system.Pool.Requests.Grants("refresh_token") == 1
            : system.Pool.Requests.Done("/oauth2/token") > granted));
        await browser.NavigateAsync(callback, typed: true);
        var current = browser.Cookie(The.SessionCookie)!.Value;
        using var answer = await waiting;

        await answer.ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.NotEqual(former, current);
        Assert.Equal(current, browser.Cookie(The.SessionCookie)?.Value);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        Raw.AssertAnonymous(await Raw.CallAsync(system, Raw.Session(former)), "the former");
    }
}
