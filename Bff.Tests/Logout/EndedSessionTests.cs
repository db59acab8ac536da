using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.Logout;

/// <summary>One session ended by its name, and what the log says of every end there is.</summary>
public sealed class EndedSessionTests(SharedRedis redis)
{
    private const string Key = "the-management-key-of-the-test";

    [Fact, Row("OUT-01", "SES-14")]
    public async Task One_s_own_session_ended_by_its_name_takes_cookie_and_refresh_token_with_it()
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        using var browser = await target.SignInAsync();
        var (id, cookie) = (await IdAsync(target, browser), browser.Cookie(The.SessionCookie)!);

        using var answer = await browser.CallAsync(target.System, HttpMethod.Delete, "/sessions/" + id);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Null(browser.Cookie(The.SessionCookie));
        Assert.Equal(1, target.Provider.Count(TestProvider.Revoke));
        Assert.Equal(0, target.Sessions);
        browser.Cookies.Put(cookie);
        await (await browser.MeAsync(target.System)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
        await (await browser.CallAsync(target.System, HttpMethod.Delete, "/sessions/" + id))
            .ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
    }

    [Fact]
    public async Task A_name_that_is_not_of_one_of_the_user_s_sessions_is_404_and_ends_nothing()
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        using var browser = await target.SignInAsync();
        using var other = await target.SignInAsync();
        using var stranger = await target.SignInAsync("another-user");
        var (id, foreign) = (await IdAsync(target, other), await IdAsync(target, stranger));
        string[] names =
        [
            foreign, id + "x", id[..^1], id.ToUpperInvariant(), id.ToLowerInvariant(), "%20" + id, id + "%20", id + "%00", id
                + "%0d%0a", "x", "*", "%2a", "%3f", "[a-z]*", "{" + id + "}", "..%2f" + id, id + "%2f", ":session:" + id, "%22" + id
                + "%22", "null", "undefined", "0", "-1",
            "%ff", "%f0%9f%98%80", Uri.EscapeDataString("' OR 1=1"), new string('a', 4000), browser.Cookie(The.SessionCookie)!.Value,
        ];

        foreach (var name in names.Where(name => name != id))
        {
            var answer = await RawAnswer.ToAsync(target.System.Url, $"DELETE /sessions/{name} HTTP/1.1",
                ["X-CSRF: 1", $"Cookie: {The.SessionCookie}={browser.Cookie(The.SessionCookie)!.Value}"]);
            Assert.True((answer.Status == 404 && answer.IsProblem("not_found")) || answer.Status == 400, $"{name}: {answer}");
        }

        Assert.Equal(3, target.Sessions);
        foreach (var one in (Browser[])[browser, other, stranger]) Assert.True(await target.IsAliveAsync(one));
        // In its one right form it is found.
        Assert.Equal(HttpStatusCode.NoContent, (await browser.CallAsync(target.System, HttpMethod.Delete, "/sessions/" + id)).StatusCode);
        Assert.False(await target.IsAliveAsync(other));
    }

    [Fact, Row("LOG-05")]
    public async Task Every_end_of_a_session_is_one_line_in_the_log_with_its_hash_and_its_reason()
    {
        await using var target = await LogoutTarget.StartAsync(redis, ("Bff:ManagementKey", Key));
        var system = target.System;
        using var watcher = await target.SignInAsync();
        using var client = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Key) } };
        async Task DeleteAsync(Browser by, string path) =>
            Assert.Equal(HttpStatusCode.NoContent, (await by.CallAsync(system, HttpMethod.Delete, path)).StatusCode);
        (string Reason, string What, Func<Browser, Task> End)[] ends =
        [
            ("signed_out", "sign-out", browser => browser.LogoutAsync(system)),
            ("signed_in_anew", "another sign-in", async browser =>
            {
                await browser.SignInAsync(system);
                await browser.LogoutAsync(system);
            }),
            ("signed_out", "its own by name", async browser => await DeleteAsync(browser, "/sessions/" + await IdAsync(target, browser))),
            ("ended_elsewhere", "another's by name", async browser =>
                await DeleteAsync(watcher, "/sessions/" + await IdAsync(target, browser))),
            ("ended_elsewhere", "all others", _ => DeleteAsync(watcher, "/sessions")),
            ("provider_logout", "the provider", _ => target.AssertCarriedOutAsync(target.Provider.LogoutToken(null, "a-session"))),
            ("not_renewed", "a refused refresh token", async browser =>
            {
                target.Provider.Answer(TestProvider.Token, 400, """{"error":"invalid_grant"}""");
                await browser.RefreshAsync(system);
                target.Provider.Answer(TestProvider.Token, null);
            }),
            ("not_renewed", "a refused refreshed ID token", async browser =>
            {
                target.Say("another-user", "a-session");
                await browser.RefreshAsync(system);
            }),
            ("token_expired", "no refresh token left", async browser =>
            {
                target.Provider.SpoilAnswer = null;
                await watcher.MeAsync(system);
                system.Time.Advance(TimeSpan.FromMinutes(59));
                await browser.MeAsync(system);
                await watcher.MeAsync(system);
                system.Time.Advance(TimeSpan.FromMinutes(5));
                await browser.CallAsync(system, HttpMethod.Get, "/api/hello");
            }),
            ("revoked", "the operator", async _ =>
                await client.PostAsJsonAsync(new Uri(system.Management, "/revocations"), new { sub = The.Subject },
                TestContext.Current.CancellationToken)),
        ];

        foreach (var (reason, what, end) in ends)
        {
            if (reason == "token_expired") target.Provider.SpoilAnswer = answer => answer.Remove("refresh_token");
            using var browser = await target.SignInAsync(sid: "a-session");
            var session = system.Logs.Events.Last(line => line.Event.Name == "SignedIn").Properties["Session"];
            system.Time.Advance(TimeSpan.FromSeconds(10));

            await end(browser);

            var lines = system.Logs.Events.Where(line =>
                line.Event.Name == "Ended" && line.Properties.GetValueOrDefault("Session") == session).ToList();
            Assert.True(lines.Count == 1 && lines[0].Level == LogLevel.Information && lines[0].Properties["Reason"] == reason,
                $"{what}: {string.Join(" | ", lines.Select(line => line.Message))}\n{system.Logs.All}");
        }
    }

    private static async Task<string> IdAsync(LogoutTarget target, Browser browser) =>
        (string)(await (await browser.CallAsync(target.System, HttpMethod.Get, "/me?slide=false")).JsonAsync())["session"]!["id"]!;
}
