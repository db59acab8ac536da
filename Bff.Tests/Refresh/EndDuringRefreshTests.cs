using System.Net;
using System.Net.Http.Json;
using Bff.Tests.Hosting;
using Bff.Tests.Logout;

namespace Bff.Tests.Refresh;

/// <summary>
/// A session is ended at each point of a refresh in flight, step by step: one instance is stopped there, the end comes by another,
/// then the first goes on.
/// </summary>
[Row("RFR-06")]
public sealed class EndDuringRefreshTests(SharedRedis redis)
{
    private const string ManagementKey = "the-management-key-of-this-test";

    private static readonly Dictionary<string, Func<BffSystem, Browser, Browser, string, Task<HttpResponseMessage>>> Ends = new()
    {
        ["POST /logout"] = (system, own, _, _) => own.LogoutAsync(system),
        ["DELETE /sessions/{id}"] = (system, _, other, id) => other.CallAsync(system, HttpMethod.Delete, "/sessions/" + id),
        ["DELETE /sessions"] = (system, _, other, _) => other.CallAsync(system, HttpMethod.Delete, "/sessions"),
        ["POST /revocations"] = (system, own, _, _) => RevokeAsync(system, own),
    };

    [Theory, MemberData(nameof(RefreshPoints.Rows), MemberType = typeof(RefreshPoints))]
    public async Task A_session_that_is_ended_stays_ended_and_what_was_just_issued_is_revoked(int point, string name)
    {
        var configuration = await redis.GetConfigurationAsync();
        await using var gate = RedisGate.To(configuration);
        var steps = new ProviderSteps();
        await using var system = await BffSystem.StartAsync(
            configuration, [("Session:IdleTimeout", "12:00:00"), ("Bff:ManagementKey", ManagementKey),
                ("Oidc:BackchannelTimeout", "00:00:30")],
            options => options.Clients[0].RefreshTokenRotation.Feature = "ENABLED", bff: steps.Configure);
        system.Settings["Redis:Configuration"] = gate.Configuration;
        var gated = await system.AddInstanceAsync();

        foreach (var (how, endAsync) in Ends)
        {
            using var own = system.Browser();
            using var other = system.Browser();
            await own.SignInAsync(system);
            await other.SignInAsync(system);
            var (cookie, id) = (own.Cookie(The.SessionCookie)!, (string)(await (await own.MeAsync(system)).JsonAsync())["session"]!["id"]!);
            system.Time.Advance(TimeSpan.FromMinutes(61));
            var issued = steps.Issued.Count;

            var stopping = RefreshPoints.ReachAsync(point, gate, steps, system.KeyPrefix);
            var refresh = own.CallAsync(system, HttpMethod.Get, "/api/hello", gated);
            var stop = await stopping;
            using (var ended = await endAsync(system, own, other, id))
                Assert.True(ended.IsSuccessStatusCode, $"{name}, {how}: {ended.StatusCode}");
            stop.Go();

            using var answer = await refresh;
            // 503 where the machine was so slow that Redis seemed not to answer.
            Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.ServiceUnavailable,
                $"{name}, {how}: {answer.StatusCode}");
            own.Cookies.Put(cookie);
            await (await own.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
            await (await own.MeAsync(system, gated)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
            await Poll.UntilAsync(() =>
                Task.FromResult(!system.Keys().Exists(key => key.Contains(id, StringComparison.Ordinal))),
            $"{name}, {how}: {string.Join(' ', system.Keys())}");
            Assert.Equal(how == "POST /revocations" ? HttpStatusCode.Unauthorized : HttpStatusCode.OK,
                (await other.MeAsync(system)).StatusCode);
            // A session signed out before the provider is asked has nothing to refresh with.
            if (point >= 3 || (point == 2 && how != "POST /logout")) Assert.Equal(issued + 1, steps.Issued.Count);
            foreach (var token in steps.Issued) Assert.Equal(HttpStatusCode.BadRequest, await RedeemAsync(system, token));
        }
    }

    [Theory, MemberData(nameof(RefreshPoints.Rows), MemberType = typeof(RefreshPoints)), Row("BCL-01")]
    public async Task A_session_ended_by_the_provider_stays_ended_and_new_tokens_are_revoked(int point, string name)
    {
        var configuration = await redis.GetConfigurationAsync();
        await using var gate = RedisGate.To(configuration);
        var steps = new ProviderSteps();
        await using var target =
            await LogoutTarget.StartAsync(configuration, steps.Configure, ("Session:IdleTimeout", "12:00:00"),
            ("Oidc:BackchannelTimeout", "00:00:30"));
        target.System.Settings["Redis:Configuration"] = gate.Configuration;
        var gated = await target.System.AddInstanceAsync();

        foreach (var (subject, sid) in ((string?, string?)[])[(The.Subject, null), (null, "a-session")])
        {
            using var browser = await target.SignInAsync(sid: "a-session");
            target.System.Time.Advance(TimeSpan.FromMinutes(61));
            var issued = steps.Issued.Count;

            var stopping = RefreshPoints.ReachAsync(point, gate, steps, target.System.KeyPrefix);
            var refresh = browser.CallAsync(target.System, HttpMethod.Get, "/api/hello", gated);
            var stop = await stopping;
            await target.AssertCarriedOutAsync(target.Provider.LogoutToken(subject, sid));
            stop.Go();

            using var answer = await refresh;
            Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.ServiceUnavailable,
                $"{name}: {answer.StatusCode}");
            Assert.False(await target.IsAliveAsync(browser));
            Assert.False(await target.IsAliveAsync(browser, gated));
            await Poll.UntilAsync(() => Task.FromResult(target.Sessions == 0), name);
            // With the record gone the old refresh token is nowhere: only what the provider has been asked for can still come.
            Assert.Equal(point >= 2 ? issued + 1 : issued, steps.Issued.Count);
            foreach (var token in steps.Issued)
                Assert.Contains(target.Provider.Requests, request => request.Path == TestProvider.Revoke && request.Form["token"] == token);
        }
    }

    private static async Task<HttpResponseMessage> RevokeAsync(BffSystem system, Browser own)
    {
        var subject = (string)(await (await own.MeAsync(system)).JsonAsync())["sub"]!;
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", ManagementKey);
        return await client.PostAsJsonAsync(new Uri(system.Management, "/revocations"), new { sub = subject },
            TestContext.Current.CancellationToken);
    }

    private static async Task<HttpStatusCode> RedeemAsync(BffSystem system, string refreshToken)
    {
        var client = system.Pool.Options.Clients[0];
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = refreshToken,
            ["client_id"] = client.ClientId,
            ["client_secret"] = client.ClientSecrets[0],
        });
        return (await http.PostAsync(new Uri(system.Pool.DomainUrl, "/oauth2/token"), form,
            TestContext.Current.CancellationToken)).StatusCode;
    }
}
