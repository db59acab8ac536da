using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Bff.Tests.Hosting;

namespace Bff.Tests.Logout;

/// <summary>Sessions that are ended while something else happens to them: being begun, being renewed.</summary>
public sealed class SessionRaceTests(SharedRedis redis)
{
    private const string Key = "the-management-key-of-the-test";

    public static TheoryData<string> Ends =>
        ["its own", "one from elsewhere", "all others", "the operator", "the provider, by sub", "the provider, by sid"];

    /// <summary>The end comes when the provider has the refresh token and has not answered yet.</summary>
    [Theory, MemberData(nameof(Ends)), Row("RFR-06", "BCL-01")]
    public async Task A_session_ended_during_its_refresh_stays_ended_and_new_tokens_are_revoked(string end)
    {
        await using var target = await LogoutTarget.StartAsync(redis, ("Bff:ManagementKey", Key));
        var other = await target.System.AddInstanceAsync();
        using var browser = await target.SignInAsync(sid: "a-session");
        using var elsewhere = await target.SignInAsync(sid: "another-session");
        target.Say(The.Subject, "a-session");
        string? issued = null;
        target.Provider.SpoilAnswer = answer => issued = (string)answer["refresh_token"]!;
        var (asked, answered) = (new TaskCompletionSource(), new TaskCompletionSource());
        target.System.Time.Advance(TimeSpan.FromSeconds(10));
        target.Provider.Delay = path =>
        {
            if (path != TestProvider.Token) return Task.CompletedTask;
            asked.TrySetResult();
            return answered.Task;
        };

        var refresh = browser.RefreshAsync(target.System);
        await asked.Task;
        await EndAsync(end, target, browser, elsewhere, other);
        answered.SetResult();

        await (await refresh).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");
        Assert.False(await target.IsAliveAsync(browser));
        Assert.False(await target.IsAliveAsync(browser, other));
        Assert.Contains(target.Provider.Requests, request => request.Path == TestProvider.Revoke && request.Form["token"] == issued);
        var left = target.System.Keys().Where(key =>
            !key.EndsWith(":keys", StringComparison.Ordinal)
            && new[] { ":session:", ":user:", ":sid:" }.Any(kind => key.Contains(kind, StringComparison.Ordinal))).ToList();
        var stays = await target.IsAliveAsync(elsewhere);
        Assert.Equal(end is "its own" or "one from elsewhere" or "all others" or "the provider, by sid", stays);
        Assert.Equal(stays ? 1 : 0, left.Count(key => key.Contains(":session:", StringComparison.Ordinal)));
        Assert.Equal(stays ? 1 : 0, left.Count(key => key.Contains(":user:", StringComparison.Ordinal)));
    }

    private static async Task EndAsync(string end, LogoutTarget target, Browser browser, Browser elsewhere, Uri at)
    {
        var system = target.System;
        var id = (string)(await (await browser.CallAsync(system, HttpMethod.Get, "/me", at)).JsonAsync())["session"]!["id"]!;
        switch (end)
        {
            case "its own" or "one from elsewhere":
                using (var answer = await (end == "its own" ? browser : elsewhere)
                    .CallAsync(system, HttpMethod.Delete, "/sessions/" + id, at)) Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
                break;
            case "all others":
                using (var answer = await elsewhere.CallAsync(system, HttpMethod.Delete, "/sessions", at))
                    Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
                break;
            case "the operator":
                using (var client = new HttpClient
                {
                    DefaultRequestHeaders =
                    { Authorization = new AuthenticationHeaderValue("Bearer", Key) }
                })
                using (var answer = await client.PostAsJsonAsync(new Uri(system.Management, "/revocations"), new { sub = The.Subject }))
                    Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
                break;
            default:
                await target.AssertCarriedOutAsync(end.EndsWith("sid", StringComparison.Ordinal)
                    ? target.Provider.LogoutToken(null, "a-session") : target.Provider.LogoutToken(), at);
                break;
        }
    }
}
