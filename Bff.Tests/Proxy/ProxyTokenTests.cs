using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Proxy;

/// <summary>The access token that a call of the API needs: renewed in time, or not to be had.</summary>
public sealed class ProxyTokenTests(SharedRedis redis)
{
    [Fact, Row("RFR-12")]
    public async Task An_access_token_near_its_expiry_is_refreshed_when_it_is_used()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "04:00:00")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        system.Time.Advance(TimeSpan.FromMinutes(58));
        await browser.CallAsync(system, HttpMethod.Get, "/api/hello");
        Assert.Equal(0, system.Pool.Requests.Grants("refresh_token"));
        system.Time.Advance(TimeSpan.FromSeconds(61));
        var seen = await (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).JsonAsync();

        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
        Assert.Equal(system.Time.GetUtcNow().AddHours(1), (DateTimeOffset)seen["expiresAt"]!, TimeSpan.FromSeconds(2));
        system.Time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
    }

    [Fact]
    public async Task While_the_user_pool_is_down_a_valid_token_serves_and_an_expired_one_ends_nothing()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "04:00:00")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        await browser.CallAsync(system, HttpMethod.Get, "/api/hello");
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 503 });

        system.Time.Advance(TimeSpan.FromMinutes(59.5));
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        system.Time.Advance(TimeSpan.FromMinutes(1));
        await (await browser.CallAsync(system, HttpMethod.Get, "/api/hello"))
            .ProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");
        system.Pool.Faults.Clear();
        system.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
    }

    [Fact]
    public async Task A_session_that_the_user_pool_ended_is_said_to_have_ended()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "04:00:00")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(61));
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 400, Body = """{"error":"invalid_grant"}""" });

        await (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");

        Assert.Null(browser.Cookie(The.SessionCookie));
    }
}
