using System.Diagnostics;
using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Logout;

/// <summary>Signing out while the user pool does not do its part.</summary>
public sealed class LogoutTroubleTests(SharedRedis redis)
{
    [Theory]
    [Row("OUT-03")]
    [InlineData("500")]
    [InlineData("hang")]
    public async Task A_user_pool_that_does_not_revoke_delays_signing_out_by_three_seconds_at_most(string trouble)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Pool.Faults.On("/oauth2/revoke", trouble == "500" ? new EndpointFault { Status = 500 } : new EndpointFault { Hang = true });

        using var answer = await browser.LogoutAsync(system).WaitAsync(TimeSpan.FromSeconds(9), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        Assert.Contains(system.Logs.Lines, line => line.Contains("could not be revoked", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("500")]
    [InlineData("hang")]
    public async Task A_user_pool_never_read_since_the_start_costs_one_wait_and_is_logged(string trouble)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Pool.Faults.On("/.well-known/openid-configuration", trouble == "500" ? new EndpointFault { Status = 500 }
            : new EndpointFault { Hang = true });
        await system.RestartAsync();
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);

        var started = Stopwatch.GetTimestamp();
        using var answer = await browser.LogoutAsync(system);

        // Two waits of three seconds would be six.
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(5.5));
        Assert.Equal(system.Spa.AbsoluteUri, (string?)(await answer.JsonAsync())["logoutUrl"]);
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        Assert.Contains(system.Logs.Lines, line => line.Contains("could not be revoked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_end_that_Redis_carried_out_without_answering_is_in_the_log()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var system = await BffSystem.StartAsync(server.Configuration);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        await server.FreezeAsync();
        using var answer = await browser.CallAsync(system, HttpMethod.Post, "/logout");
        await server.ThawAsync();

        await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        Assert.Contains("may have ended (signed_out)", system.Logs.All, StringComparison.Ordinal);
        await Poll.UntilAsync(async () => (await browser.MeAsync(system)).StatusCode == HttpStatusCode.Unauthorized);
    }
}
