using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Refresh;

/// <summary>A refresh that brings no tokens of this user: what ends the session and what leaves it.</summary>
public sealed class RefusedRefreshTests(SharedRedis redis)
{
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
        Assert.Matches("^__Host-bff=; max-age=0; path=/; secure; samesite=strict; httponly$",
            Assert.Single(answer.Headers.GetValues("Set-Cookie")));
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
        Assert.Equal(trouble.Contains("Retry-After", StringComparison.Ordinal) ? 7 : 5,
            answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        system.Pool.Faults.Clear();
        system.Time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
    }

    [Theory]
    [InlineData("sub", "\"someone-else\"")]
    [InlineData("aud", "\"other\"")]
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
    public async Task A_session_of_another_issuer_is_no_session_here()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(5));
        system.Settings["Oidc:Authority"] = system.Pool.IssuerUrl + "/other";
        await system.RestartAsync();

        await (await browser.RefreshAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");

        Assert.Equal(0, system.Pool.Requests.Grants("refresh_token"));
    }
}
