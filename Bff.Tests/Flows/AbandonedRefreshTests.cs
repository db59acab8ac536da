using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Flows;

public sealed class AbandonedRefreshTests(SharedRedis redis)
{
    [Fact]
    public async Task A_refresh_that_everybody_gave_up_waiting_for_is_not_taken_for_the_next_one()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "04:00:00")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(30));
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Latency = TimeSpan.FromSeconds(1) });
        using var impatient = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var closed = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(system.Url, "/refresh"));
        request.Headers.Add("X-CSRF", "1");
        request.Headers.Add("Cookie", $"{The.SessionCookie}={browser.Cookie(The.SessionCookie)!.Value}");

        var abandoned = impatient.SendAsync(request, closed.Token);
        while (system.Pool.Requests.Grants("refresh_token") == 0) await Task.Delay(10, TestContext.Current.CancellationToken);
        await closed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        while (!system.Logs.All.Contains("was renewed", StringComparison.Ordinal)) await Task.Delay(10, TestContext.Current.CancellationToken);
        system.Pool.Faults.Clear();
        system.Time.Advance(TimeSpan.FromHours(2));

        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        Assert.Equal(2, system.Pool.Requests.Grants("refresh_token"));
    }
}
