using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Flows;

public sealed class RefreshTests(SharedRedis redis)
{
    [Fact]
    [Row("RFR-01")]
    public async Task A_refresh_renews_the_tokens_and_answers_as_me()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(30));

        using var answer = await browser.RefreshAsync(system);

        var me = await answer.JsonAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(system.Time.GetUtcNow().AddHours(1), (DateTimeOffset)me["accessToken"]!["expiresAt"]!, TimeSpan.FromSeconds(2));
        Assert.Equal(me.ToJsonString(), (await (await browser.MeAsync(system)).JsonAsync()).ToJsonString());
        var request = system.Pool.Requests.TokenRequests[^1];
        Assert.Equal("refresh_token", request.GrantType);
        Assert.False(request.Form.ContainsKey("scope"));
    }

    [Fact]
    [Row("RFR-03")]
    public async Task An_answer_without_a_refresh_token_keeps_the_old_one()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        for (var i = 0; i < 3; i++)
        {
            system.Time.Advance(TimeSpan.FromMinutes(10));
            Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        }

        var refreshes = system.Pool.Requests.TokenRequests.Where(request => request.GrantType == "refresh_token").ToList();
        Assert.Equal(3, refreshes.Count);
        Assert.Single(refreshes.Select(request => request.Form["refresh_token"]).Distinct());
    }

    [Fact]
    [Row("RFR-03")]
    public async Task With_rotation_each_refresh_uses_the_token_of_the_one_before()
    {
        await using var system = await BffSystem.StartAsync(redis, pool: options => options.Clients[0].RefreshTokenRotation.Feature = "ENABLED");
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        for (var i = 0; i < 3; i++)
        {
            system.Time.Advance(TimeSpan.FromMinutes(10));
            Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        }

        Assert.Equal(3, system.Pool.Requests.TokenRequests.Where(request => request.GrantType == "refresh_token").Select(request => request.Form["refresh_token"]).Distinct().Count());
    }

    [Fact]
    [Row("RFR-02")]
    public async Task Forty_callers_over_two_instances_make_one_refresh_and_all_succeed()
    {
        await using var system = await BffSystem.StartAsync(redis, pool: options => options.Clients[0].RefreshTokenRotation.Feature = "ENABLED");
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
    [Row("RFR-11")]
    public async Task A_second_refresh_within_seconds_answers_with_the_session_as_it_is()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        system.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        Assert.Equal(0, system.Pool.Requests.Grants("refresh_token"));
        system.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);

        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
    }

    [Fact]
    [Row("RFR-04", "SES-14")]
    public async Task Invalid_grant_ends_the_session_and_deletes_the_cookie()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var cookie = browser.Cookie(The.SessionCookie)!;
        system.Time.Advance(TimeSpan.FromMinutes(5));
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 400, Body = """{"error":"invalid_grant"}""" });

        using var answer = await browser.RefreshAsync(system);

        await answer.ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");
        Assert.Matches("^__Host-bff=; max-age=0; path=/; secure; samesite=strict; httponly$", Assert.Single(answer.Headers.GetValues("Set-Cookie")));
        Assert.Null(browser.Cookie(The.SessionCookie));
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        browser.Cookies.Put(cookie);
        await (await browser.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
        Assert.Equal(1, system.Pool.Requests.Grants("refresh_token"));
    }

    private static readonly Dictionary<string, EndpointFault> Troubles = new()
    {
        ["500"] = new() { Status = 500 },
        ["503 with Retry-After"] = new() { Status = 503, RetryAfter = 7 },
        ["429 with Retry-After"] = new() { Status = 429, RetryAfter = 7 },
        ["a broken answer"] = new() { Status = 200, Body = "<html>" },
        ["a dropped connection"] = new() { DropRequest = true },
        ["a redirect"] = new() { Status = 307, Headers = new() { ["Location"] = "https://evil.example/" } },
        ["our own credentials refused"] = new() { Status = 400, Body = """{"error":"invalid_client"}""" },
        ["no answer in time"] = new() { Hang = true },
    };

    public static TheoryData<string> Transient => [.. Troubles.Keys];

    [Theory]
    [Row("RFR-05")]
    [MemberData(nameof(Transient))]
    public async Task A_provider_in_trouble_does_not_end_the_session(string trouble)
    {
        await using var system = await BffSystem.StartAsync(redis, [("Oidc:BackchannelTimeout", "00:00:04")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(5));
        system.Pool.Faults.On("/oauth2/token", Troubles[trouble]);

        using var answer = await browser.RefreshAsync(system);

        await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");
        Assert.Equal(trouble.Contains("Retry-After", StringComparison.Ordinal) ? 7 : 5, answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        system.Pool.Faults.Clear();
        system.Time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
    }

    [Fact]
    [Row("RFR-08")]
    public async Task A_session_without_a_refresh_token_works_until_its_access_token_expires()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "04:00:00")]);
        using var browser = system.Browser();
        await browser.SignInUpToCallbackAsync(system);
        system.Pool.Faults.Plan = new FaultPlan { TokenAnswer = new() { ["refresh_token"] = null } };
        await browser.FollowAsync();
        var cookie = browser.Cookie(The.SessionCookie)!;
        system.Time.Advance(TimeSpan.FromMinutes(59.5));

        Assert.False((bool)(await (await browser.MeAsync(system)).JsonAsync())["accessToken"]!["renewable"]!);
        await (await browser.RefreshAsync(system)).ProblemAsync(HttpStatusCode.Conflict, "no_refresh_token");
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        Assert.Equal(0, system.Pool.Requests.Grants("refresh_token"));
        system.Time.Advance(TimeSpan.FromMinutes(1));
        await (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        Assert.Contains(system.Logs.Events, line => line.Message.Contains("ended (token_expired)", StringComparison.Ordinal) && line.Level == Microsoft.Extensions.Logging.LogLevel.Information);
        browser.Cookies.Put(cookie);
        await (await browser.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
    }

    [Theory]
    [InlineData("sub", "\"someone-else\"")]
    [InlineData("aud", "\"other\"")]
    [InlineData("auth_time", "1")]
    [InlineData("nonce", "\"different\"")]
    public async Task A_refreshed_ID_token_of_somebody_else_ends_the_session(string claim, string value)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(5));
        system.Pool.Faults.Plan = new FaultPlan { IdToken = new() { [claim] = System.Text.Json.Nodes.JsonNode.Parse(value) } };

        await (await browser.RefreshAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");

        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        Assert.Equal(1, system.Pool.Requests.Count("/oauth2/revoke"));
    }

    [Fact]
    [Row("RFR-06")]
    public async Task Signing_out_during_a_refresh_stays_signed_out_and_revokes_what_was_just_issued()
    {
        await using var system = await BffSystem.StartAsync(redis, pool: options => options.Clients[0].RefreshTokenRotation.Feature = "ENABLED");
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var cookie = browser.Cookie(The.SessionCookie)!;
        system.Time.Advance(TimeSpan.FromMinutes(5));
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { AnswerLatency = TimeSpan.FromSeconds(2) });
        var done = system.Pool.Requests.Done("/oauth2/token");

        var refresh = browser.RefreshAsync(system);
        while (system.Pool.Requests.Done("/oauth2/token") == done) await Task.Delay(10, TestContext.Current.CancellationToken);
        await browser.LogoutAsync(system);

        await (await refresh).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");
        browser.Cookies.Put(cookie);
        await (await browser.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        Assert.Equal(2, system.Pool.Requests.Last.Where(request => request.Path == "/oauth2/revoke").Select(request => request.Form["token"]).Distinct().Count());
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_cancel_the_refresh_that_others_wait_for()
    {
        await using var system = await BffSystem.StartAsync(redis, pool: options => options.Clients[0].RefreshTokenRotation.Feature = "ENABLED");
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
        while (system.Pool.Requests.Done("/oauth2/token") == done) await Task.Delay(10, TestContext.Current.CancellationToken);
        await closed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        while (!system.Logs.All.Contains("was renewed", StringComparison.Ordinal)) await Task.Delay(10, TestContext.Current.CancellationToken);

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
        await system.Redis.HashSetAsync(Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal)), "version", "another");

        Assert.Equal(HttpStatusCode.OK, (await refresh).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    [Fact]
    public async Task A_session_of_another_issuer_is_never_refreshed_at_this_one()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(5));
        system.Settings["Oidc:Authority"] = system.Pool.IssuerUrl + "/other";
        await system.RestartAsync();

        await (await browser.RefreshAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");

        Assert.Equal(0, system.Pool.Requests.Grants("refresh_token"));
    }
}
