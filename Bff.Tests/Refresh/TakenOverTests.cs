using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>Two instances, one lease: who has it keeps it while it lives, and who lost it does no harm.</summary>
[Row("RFR-02", "RFR-09")]
public sealed class TakenOverTests(SharedRedis redis)
{
    [Fact]
    public async Task A_provider_that_takes_its_time_is_asked_once()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "12:00:00")], Strict);
        var other = await system.AddInstanceAsync();
        using var browser = await system.ExpiredAsync();
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Latency = TimeSpan.FromSeconds(7) });

        var answers = await Task.WhenAll(((Uri[])[system.Url, other, system.Url, other])
            .Select(at => browser.CallAsync(system, HttpMethod.Get, "/api/hello", at)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
        Assert.DoesNotContain("taken over", system.Logs.All, StringComparison.Ordinal);
    }

    private static void Strict(Bff.Local.UserPool.UserPoolOptions options) => ExpiredSessions.Rotation(grace: 0)(options);
}
