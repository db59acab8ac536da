using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;
using static Bff.Tests.Hosting.RefusingApi;

namespace Bff.Tests.Refresh;

/// <summary>An API that answers 401 to a token for which there is no other: the user pool is away, or the session is over.</summary>
public sealed class UnrenewableTokenTests(SharedRedis redis)
{
    [Fact, Row("RFR-12", "RFR-05")]
    public async Task While_the_user_pool_is_down_the_APIs_401_passes_and_the_session_stays()
    {
        await using var api = await RecordingApi.StartAsync(context => AnswerAsync(context, 401));
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(1));
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 503 });

        await PassedOnAsync(await browser.CallAsync(system, HttpMethod.Get, "/api/x"));

        Assert.Single(api.Requests);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    [Fact, Row("RFR-12", "RFR-04")]
    public async Task A_session_that_turns_out_to_be_over_is_said_to_have_ended()
    {
        await using var api = await RecordingApi.StartAsync(context => AnswerAsync(context, 401));
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(1));
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 400, Body = """{"error":"invalid_grant"}""" });

        await (await browser.CallAsync(system, HttpMethod.Get, "/api/x")).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");

        Assert.Single(api.Requests);
        Assert.Null(browser.Cookie(The.SessionCookie));
        Assert.DoesNotContain(system.Keys(), key => key.Contains("session:", StringComparison.Ordinal));
    }
}
