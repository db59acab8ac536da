using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>A callback whose state is not the one, and one that comes by another way than a GET, does nothing at all.</summary>
public sealed class CallbackStateTests(SharedRedis redis)
{
    [Fact, Row("CB-01", "CB-17")]
    public async Task A_state_that_is_not_the_one_is_refused_and_consumes_nothing()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        await browser.SignInAsync(target.System);
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        var state = SignInTarget.StateIn(callback);
        string[] states =
        [
            "", "state=", "state=unknown", $"state={state[..^1]}", $"state={state[1..]}", $"state={state}A", $"state={state}%20",
            $"state=%20{state}", $"state={state}%00", $"state={state}%0d%0a", $"state={state}=",
            $"state={state.ToLowerInvariant()}", $"state={state.ToUpperInvariant()}",
            $"state={(state[0] == 'A' ? 'B' : 'A')}{state[1..]}", $"state={state},{state}", $"state={state}&state={state}",
            $"state={state}&STATE={state}", $"state=&state={state}", $"state[]={state}", $"state%00={state}", $"x=1;state={state}",
            "state=*", "state=%2A", "state=%00", "state=%ED%A0%80", "state=%ff", "state=%F0%9F%98%80", "state=" + new string('a', 129),
            "state=" + new string('a', 4000), "state=../../keys", "state=%7Bx%7D",
        ];

        foreach (var query in states.SelectMany(state =>
            new[] { $"code=evil-code&{state}", $"error=access_denied&{state}", $"error=access_denied&code=evil-code&{state}" }))
        {
            using var answer = await target.SendAsync("/callback?" + query, [SignInTarget.LoginCookieOf(browser), ("Accept", "text/html")]);

            target.AssertRefused(answer, query, sessions: 1, redeemed: 1);
            var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain("evil-code", page, StringComparison.Ordinal);
        }
        // No logout, no loss: the session lives, and the sign-in under way goes on.
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(target.System)).StatusCode);
        Assert.Equal(target.System.Spa, (await browser.NavigateAsync(callback, typed: true)).Location);
        Assert.Equal(2, target.Redeemed.Length);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(target.System)).StatusCode);
    }

    [Fact, Row("CB-22", "CSR-06")]
    public async Task Another_method_is_refused_and_consumes_nothing()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);

        foreach (var method in new[] { "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "FOO", "PROPFIND" })
        {
            foreach (var path in new[] { callback.PathAndQuery, "/callback" })
            {
                using var body = method is "POST" or "PUT" or "PATCH"
                    ? new StringContent(callback.Query[1..], System.Text.Encoding.ASCII, "application/x-www-form-urlencoded") : null;
                using var answer = await target.SendAsync(path,
                    [SignInTarget.LoginCookieOf(browser), ("X-HTTP-Method-Override", "GET")], new HttpMethod(method), body: body);

                Assert.True(answer.StatusCode is HttpStatusCode.MethodNotAllowed, $"{method}: {answer.StatusCode}");
                Assert.Equal(["GET"], answer.Content.Headers.Allow);
                SignInTarget.AssertNoCookie(answer, method);
                Assert.Equal((1, 0, 0), (target.SignIns, target.Sessions, target.Redeemed.Length));
            }
        }
        Assert.Equal(target.System.Spa, (await browser.NavigateAsync(callback, typed: true)).Location);
    }

    [Fact, Row("CB-05")]
    public async Task A_state_that_has_outlived_the_login_timeout_by_a_second_is_refused()
    {
        await using var target = await SignInTarget.StartAsync(redis, ("Session:LoginTimeout", "00:05:00"));
        using var browser = target.System.Browser();
        var late = await browser.SignInUpToCallbackAsync(target.System);
        var login = SignInTarget.LoginCookieOf(browser);
        target.System.Time.Advance(TimeSpan.FromSeconds(2));
        var early = await browser.SignInUpToCallbackAsync(target.System);
        target.System.Time.Advance(TimeSpan.FromSeconds(299));

        using var refused = await target.SendAsync(late.PathAndQuery, [login]);
        using var accepted = await target.SendAsync(early.PathAndQuery, [login]);

        await refused.ProblemAsync(HttpStatusCode.BadRequest, "login_expired");
        SignInTarget.AssertNoCookie(refused, "too late");
        Assert.Equal(target.System.Spa, accepted.Headers.Location);
        Assert.Single(target.Redeemed);
    }
}
