using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>One authorization response is used once, however often, where and in which company it arrives.</summary>
public sealed class CallbackReplayTests(SharedRedis redis)
{
    [Fact, Row("CB-03", "CB-04", "OPS-03")]
    public async Task Of_callbacks_with_one_state_the_first_decides_on_any_instance()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        var other = await target.System.AddInstanceAsync();
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System, returnUrl: "/here");

        // The first half carry the code, the others one that an attacker would slip in, or an error.
        string[] queries = [callback.Query, callback.Query, $"?code=evil-code&state={SignInTarget.StateIn(callback)}",
            $"?error=access_denied&state={SignInTarget.StateIn(callback)}"];
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            target.SendAsync("/callback" + queries[i < 10 ? 0 : i % queries.Length], [SignInTarget.LoginCookieOf(browser)],
                at: i % 2 == 0 ? target.System.Url : other)));

        // Whichever came first decides; if it was the error, no code is redeemed at all.
        Assert.InRange(target.Redeemed.Length, 0, 1);
        Assert.Equal(target.Sessions, answers.Count(answer => answer.Headers.Contains("Set-Cookie")));
        Assert.InRange(target.Sessions, 0, 1);
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Found, answer.StatusCode));
        Assert.All(answers, answer =>
            Assert.Matches($"^{target.System.Spa.Origin()}/here(\\?login_error=(login_failed|access_denied))?$",
            answer.Headers.Location!.AbsoluteUri));
        Assert.Equal(0, target.SignIns);
    }

    [Fact, Row("CB-03", "CB-04")]
    public async Task A_slow_exchange_is_neither_awaited_nor_repeated()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        var other = await target.System.AddInstanceAsync();
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System, returnUrl: "/here");
        var asked = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        target.Provider.Answer(TestProvider.Token, async context =>
        {
            asked.SetResult();
            await goOn.Task;
            context.Response.StatusCode = 503;
        });

        var first = target.SendAsync(callback.PathAndQuery, [SignInTarget.LoginCookieOf(browser)]);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        var replays = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(i => target.SendAsync(callback.PathAndQuery, [SignInTarget.LoginCookieOf(browser)], at: i % 2 == 0
            ? target.System.Url : other)));
        goOn.SetResult();
        using var failed = await first;
        using var late = await target.SendAsync(callback.PathAndQuery, [SignInTarget.LoginCookieOf(browser)]);

        Assert.All(replays, answer => Assert.Equal(target.System.Spa.Origin() + "/here", answer.Headers.Location?.AbsoluteUri));
        Assert.All(replays, answer => SignInTarget.AssertNoCookie(answer, "replay"));
        // A later callback gets the same result, and the code is not tried again.
        Assert.Equal(target.System.Spa.Origin() + "/here?login_error=provider_unavailable", failed.Headers.Location?.AbsoluteUri);
        Assert.Equal(failed.Headers.Location, late.Headers.Location);
        Assert.Equal((1, 0), (target.Redeemed.Length, target.Sessions));
    }

    [Fact, Row("CB-03", "CB-20")]
    public async Task What_comes_after_a_success_or_a_failure_changes_neither()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System, returnUrl: "/here");
        var state = SignInTarget.StateIn(callback);
        var done = await browser.FollowAsync();
        Assert.Equal(HttpStatusCode.Found, done.Status);
        Assert.Equal(("no-store", "no-referrer", ""), (done.Response.Headers.CacheControl?.ToString(), done.ReferrerPolicy, done.Text));

        foreach (var query in new[] { callback.Query, $"?error=access_denied&state={state}", $"?code=other&state={state}",
            $"?state={state}", $"?error=server_error&code=c&iss=https://evil.example&state={state}" })
        {
            var again = await browser.NavigateAsync(new Uri(target.System.Url, "/callback" + query), typed: true);

            Assert.Equal(target.System.Spa.Origin() + "/here", again.Response.Headers.Location?.OriginalString);
            SignInTarget.AssertNoCookie(again.Response, query);
        }
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(target.System)).StatusCode);
        Assert.Equal((1, 1, 0), (target.Redeemed.Length, target.Sessions, target.Provider.Count(TestProvider.Revoke)));

        // After a sign-out an old URL in the history signs no one in; and a sign-in that was denied stays denied, with any code.
        await browser.LogoutAsync(target.System);
        await browser.NavigateAsync(callback, typed: true);
        await (await browser.MeAsync(target.System)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
        var second = await browser.SignInUpToCallbackAsync(target.System);
        await browser.NavigateAsync(new Uri(target.System.Url, "/callback?error=access_denied&state=" + SignInTarget.StateIn(second)),
            typed: true);
        var revived = await browser.NavigateAsync(second, typed: true);
        target.AssertFailed(revived.Response, "denied before", "access_denied", redeemed: 1);
    }

    [Fact, Row("CB-07", "CB-23")]
    public async Task Five_tabs_finish_in_any_order_each_with_its_own_secrets()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var callbacks = new List<Uri>();
        for (var i = 0; i < 5; i++) callbacks.Add(await browser.SignInUpToCallbackAsync(target.System, returnUrl: $"/tab/{i}"));
        var used = new List<string>();

        foreach (var i in new[] { 3, 0, 4, 1, 2 })
        {
            var done = await browser.NavigateAsync(callbacks[i], typed: true);

            Assert.Equal($"{target.System.Spa.Origin()}/tab/{i}", done.Location.AbsoluteUri);
            Assert.DoesNotContain(browser.Cookie(The.SessionCookie)!.Value, used);
            used.Add(browser.Cookie(The.SessionCookie)!.Value);
            Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(target.System)).StatusCode);
            Assert.Equal(1, target.Sessions);
        }
        Assert.Equal(5, target.Redeemed.Select(request => request.Form["code_verifier"]).Distinct().Count());
        Assert.Equal(4, target.Provider.Requests.Where(request => request.Path == TestProvider.Revoke)
            .Select(request => request.Form["token"]).Distinct().Count());
    }

    [Fact, Row("CB-07", "LGN-11")]
    public async Task Tabs_that_finish_at_the_same_moment_all_land_signed_in()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        var other = await target.System.AddInstanceAsync();
        using var browser = target.System.Browser();
        var callbacks = new List<Uri>();
        for (var i = 0; i < 10; i++) callbacks.Add(await browser.SignInUpToCallbackAsync(target.System, returnUrl: $"/tab/{i}"));

        var answers = await Task.WhenAll(callbacks.Select((callback, i) =>
            target.SendAsync(callback.PathAndQuery, [SignInTarget.LoginCookieOf(browser)], at: i % 2 == 0 ? target.System.Url : other)));

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{target.System.Spa.Origin()}/tab/{i}"),
            answers.Select(answer => answer.Headers.Location?.AbsoluteUri));
        // The browser keeps one of the sessions. The others end unused.
        Assert.Equal((10, 0), (target.Redeemed.Length, target.SignIns));
    }
}
