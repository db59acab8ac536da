using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Bff.Sessions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Logout;

/// <summary>Sessions that are ended while something else happens to them: being begun, being renewed.</summary>
public sealed class SessionRaceTests(SharedRedis redis)
{
    private const string Key = "the-management-key-of-the-test";

    public static TheoryData<string> Ends => ["its own", "one from elsewhere", "all others", "the operator", "the provider, by sub", "the provider, by sid"];

    /// <summary>The end comes when the provider has the refresh token and has not answered yet.</summary>
    [Theory, MemberData(nameof(Ends)), Row("RFR-06", "BCL-01")]
    public async Task A_session_that_is_ended_while_its_tokens_are_renewed_stays_ended_and_what_came_is_revoked(string end)
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
        var left = target.System.Keys().Where(key => !key.EndsWith(":keys", StringComparison.Ordinal) && new[] { ":session:", ":user:", ":sid:" }.Any(kind => key.Contains(kind, StringComparison.Ordinal))).ToList();
        var stays = await target.IsAliveAsync(elsewhere);
        Assert.Equal(end is "its own" or "one from elsewhere" or "all others" or "the provider, by sid", stays);
        Assert.Equal(stays ? 1 : 0, left.Count(key => key.Contains(":session:", StringComparison.Ordinal)));
        Assert.Equal(stays ? 1 : 0, left.Count(key => key.Contains(":user:", StringComparison.Ordinal)));
    }

    public static TheoryData<string, string> Begins => new MatrixTheoryData<string, string>(["user", "sid", "both"], ["before the record is written", "after the record is written"]);

    /// <summary>A sign-in has written into the index when all sessions of its user are ended: there must be none afterwards.</summary>
    [Theory, MemberData(nameof(Begins)), Row("BCL-06")]
    public async Task A_session_that_is_begun_while_all_are_ended_is_ended_too(string by, string when)
    {
        await using var store = await Sessions.Store.OpenAsync(redis);
        var begun = store.Session() with { Claims = new JsonObject { ["sid"] = "a-session" } };
        SessionGroup user = SessionGroup.OfUser(begun.Issuer, begun.Subject), sid = SessionGroup.OfProviderSession(begun.Issuer, "a-session");
        SessionGroup[] groups = by switch { "user" => [user], "sid" => [sid], _ => [user, sid] };
        var ends = new UserSessions(store.Sessions, store.Index, store.Time);
        // The store reads the clock after the index was written: twice, the second time when the transaction is put together.
        using var clock = new InterruptedClock(store.Time, when.StartsWith("before", StringComparison.Ordinal) ? 1 : int.MaxValue, () => ends.EndAllAsync(groups, EndReason.ProviderLogout));
        var begins = new UserSessions(store.SessionsBy(clock), store.Index, clock);
        var id = SessionId.Create();

        var stands = await begins.BeginAsync(id, begun, "Chrome on Linux");
        if (when.StartsWith("after", StringComparison.Ordinal)) Assert.Equal((true, 1), (stands, await ends.EndAllAsync(groups, EndReason.ProviderLogout)));
        else Assert.False(stands);

        Assert.Null(await store.LoadAsync(id));
        Assert.Empty(await store.Index.ListAsync(groups[0]));
        var later = SessionId.Create();
        Assert.True(await ends.BeginAsync(later, begun, "Chrome on Linux"));
        Assert.NotNull(await store.LoadAsync(later));
    }

    [Fact, Row("BCL-06")]
    public async Task However_sign_ins_and_ends_fall_together_no_session_is_alive_and_unlisted()
    {
        await using var store = await Sessions.Store.OpenAsync(redis);
        var sessions = new UserSessions(store.Sessions, store.Index, store.Time);
        var session = store.Session();
        var user = SessionGroup.OfUser(session.Issuer, session.Subject);
        var ids = Enumerable.Range(0, 300).Select(_ => SessionId.Create()).ToList();

        var stands = await Task.WhenAll(ids.Select(async (id, number) =>
        {
            if (number % 3 == 0) await sessions.EndAllAsync([user], EndReason.Revoked);
            return await sessions.BeginAsync(id, session, "Chrome on Linux");
        }));

        var listed = await store.Index.ListAsync(user);
        foreach (var (id, stood) in ids.Zip(stands))
        {
            var isAlive = await store.LoadAsync(id) is not null;
            Assert.False(isAlive && !listed.ContainsKey(id.Name), "alive and unlisted");
            Assert.False(isAlive && !stood, "alive without a browser that knows it");
        }
        await sessions.EndAllAsync([user], EndReason.Revoked);
        foreach (var id in ids) Assert.Null(await store.LoadAsync(id));
    }

    private static async Task EndAsync(string end, LogoutTarget target, Browser browser, Browser elsewhere, Uri at)
    {
        var system = target.System;
        var id = (string)(await (await browser.CallAsync(system, HttpMethod.Get, "/me", at)).JsonAsync())["session"]!["id"]!;
        switch (end)
        {
            case "its own" or "one from elsewhere":
                using (var answer = await (end == "its own" ? browser : elsewhere).CallAsync(system, HttpMethod.Delete, "/sessions/" + id, at)) Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
                break;
            case "all others":
                using (var answer = await elsewhere.CallAsync(system, HttpMethod.Delete, "/sessions", at)) Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
                break;
            case "the operator":
                using (var client = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Key) } })
                using (var answer = await client.PostAsJsonAsync(new Uri(system.Management, "/revocations"), new { sub = The.Subject })) Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
                break;
            default:
                await target.AssertCarriedOutAsync(end.EndsWith("sid", StringComparison.Ordinal) ? target.Provider.LogoutToken(null, "a-session") : target.Provider.LogoutToken(), at);
                break;
        }
    }

    /// <summary>A clock that something happens at when it is read for the n-th time.</summary>
    private sealed class InterruptedClock(TimeProvider time, int at, Func<Task> happen) : TimeProvider, IDisposable
    {
        private int reads;

        public override DateTimeOffset GetUtcNow()
        {
            if (Interlocked.Increment(ref reads) == at) Task.Run(happen).GetAwaiter().GetResult();
            return time.GetUtcNow();
        }

        public void Dispose() => Assert.True(at == int.MaxValue || reads >= at, "Nothing was interrupted.");
    }
}
