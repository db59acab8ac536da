using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>What others do while a refresh is under way: wait for it, leave it, sign out, or come first.</summary>
public sealed class RefreshRaceTests(SharedRedis redis)
{
    [Fact]
    [Row("RFR-02")]
    public async Task Forty_callers_over_two_instances_make_one_refresh_and_all_succeed()
    {
        await using var system =
            await BffSystem.StartAsync(redis, pool: options => options.Clients[0].RefreshTokenRotation.Feature = "ENABLED");
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(59.5));
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Latency = TimeSpan.FromMilliseconds(300) });

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
        {
            var at = i % 2 == 0 ? system.Url : other;
            return i % 4 < 2 ? browser.RefreshAsync(system, at) : browser.CallAsync(system, HttpMethod.Get, "/api/hello", at);
        }));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":lease:", StringComparison.Ordinal));
    }

    [Fact]
    [Row("RFR-06")]
    public async Task Signing_out_during_a_refresh_stays_signed_out_and_revokes_what_was_just_issued()
    {
        await using var system =
            await BffSystem.StartAsync(redis, pool: options => options.Clients[0].RefreshTokenRotation.Feature = "ENABLED");
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var cookie = browser.Cookie(The.SessionCookie)!;
        system.Time.Advance(TimeSpan.FromMinutes(5));
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { AnswerLatency = TimeSpan.FromSeconds(2) });
        var done = system.Pool.Requests.Done("/oauth2/token");

        var refresh = browser.RefreshAsync(system);
        await Poll.UntilAsync(() => Task.FromResult(system.Pool.Requests.Done("/oauth2/token") > done));
        await browser.LogoutAsync(system);

        await (await refresh).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");
        browser.Cookies.Put(cookie);
        await (await browser.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        Assert.Equal(2, system.Pool.Requests.Last.Where(request => request.Path == "/oauth2/revoke")
            .Select(request => request.Form["token"]).Distinct().Count());
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_cancel_the_refresh_that_others_wait_for()
    {
        await using var system =
            await BffSystem.StartAsync(redis, pool: options => options.Clients[0].RefreshTokenRotation.Feature = "ENABLED");
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(5));
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Latency = TimeSpan.FromSeconds(1) });
        using var impatient = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var closed = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(system.Url, "/refresh"));
        request.Headers.Add("X-CSRF", "1");
        request.Headers.Add("Cookie", $"{The.SessionCookie}={browser.Cookie(The.SessionCookie)!.Value}");

        var first = impatient.SendAsync(request, closed.Token);
        while (system.Pool.Requests.Grants("refresh_token") == 0) await Task.Delay(10, TestContext.Current.CancellationToken);
        var second = browser.RefreshAsync(system);
        await closed.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(HttpStatusCode.OK, (await second).StatusCode);
        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
    }

    [Fact]
    public async Task The_result_of_a_refresh_whose_caller_gave_up_is_not_served_to_a_later_caller()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "04:00:00")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(61));
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { AnswerLatency = TimeSpan.FromSeconds(1) });
        using var impatient = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var closed = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(system.Url, "/api/hello"));
        request.Headers.Add("X-CSRF", "1");
        request.Headers.Add("Cookie", $"{The.SessionCookie}={browser.Cookie(The.SessionCookie)!.Value}");
        var done = system.Pool.Requests.Done("/oauth2/token");
        var first = impatient.SendAsync(request, closed.Token);
        await Poll.UntilAsync(() => Task.FromResult(system.Pool.Requests.Done("/oauth2/token") > done));
        await closed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Poll.UntilAsync(() => Task.FromResult(system.Logs.All.Contains("was refreshed", StringComparison.Ordinal)));

        system.Time.Advance(TimeSpan.FromMinutes(61));
        using var later = await browser.CallAsync(system, HttpMethod.Get, "/api/hello");

        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
        Assert.Equal(2, system.Pool.Requests.Grants("refresh_token"));
    }

    [Fact]
    public async Task A_refusal_that_comes_after_somebody_else_renewed_the_session_does_not_end_it()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(5));
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 400, Body = """{"error":"invalid_grant"}""", Latency = TimeSpan.FromSeconds(1), Times = 1 });

        var refresh = browser.RefreshAsync(system);
        while (system.Pool.Requests.Grants("refresh_token") == 0) await Task.Delay(10, TestContext.Current.CancellationToken);
        // What another instance's write of renewed tokens changes in the record.
        await system.Redis.HashSetAsync(Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal)),
            "version", "another");

        Assert.Equal(HttpStatusCode.OK, (await refresh).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }
}
