using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>No session begins, completes or ends by what a page embeds, sends without reading the response, or prefetches.</summary>
public sealed class LoginPurposeTests(SharedRedis redis)
{
    private const string Json = "application/json", Page = "text/html,application/xhtml+xml,*/*;q=0.8", Any = "*/*";

    [Fact, Row("LGN-08")]
    public async Task Only_a_navigation_or_a_fetch_that_may_read_the_answer_begins_a_sign_in()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        (string? Destination, string? Mode, string Accept)[] refused =
        [
            .. from destination in new[] { "image", "iframe", "frame", "embed", "object", "script", "style", "font", "audio", "video",
                "track", "worker", "sharedworker", "serviceworker", "manifest", "report", "xslt", "paintworklet", "fencedframe",
            "webidentity" }
               from mode in new[] { "no-cors", "cors", "navigate", null }
               from accept in new[] { Json, Page }
               select ((string?)destination, mode, accept),
            ("empty", "no-cors", Json), ("empty", "no-cors", Any), ("empty", "cors", Any), ("empty", "cors", Page),
            ("empty", "same-origin", Any), ("empty", "websocket", Json), ("empty", null, Any),
            (null, "no-cors", Json), (null, "no-cors", Any), (null, "cors", Any), (null, "websocket", Json), (null, "NO-CORS", Json),
            ("document", "no-cors", Page), ("document", "cors", Json), ("document", "no-cors", Json),
            ("document, image", "navigate", Page), ("image, document", "navigate", Page), ("DOCUMENT", "navigate", Page),
            ("document", "navigate, no-cors", Page), ("empty", "cors, no-cors", Json), ("x", "y", Json),
        ];

        foreach (var (destination, mode, accept) in refused)
        {
            using var answer = await SendAsync(target, destination, mode, accept);

            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{destination} {mode} {accept}: {answer.StatusCode}");
            SignInTarget.AssertNoCookie(answer, $"{destination} {mode} {accept}");
        }
        Assert.Equal(0, target.SignIns);
        Assert.Equal(0, target.Provider.Count(TestProvider.Authorize));
    }

    [Theory, Row("LGN-08")]
    [InlineData(null, null, Any, 302), InlineData(null, null, Page, 302), InlineData("document", "navigate", Page, 302)]
    [InlineData(null, "navigate", Page, 302), InlineData("document", null, Page, 302)]
    [InlineData("empty", "cors", Json, 200), InlineData("empty", "same-origin", Json, 200), InlineData("empty", "navigate", Page, 302)]
    [InlineData(null, null, Json, 200), InlineData("document", "navigate", Json, 200)]
    public async Task A_person_and_a_program_may_begin_one(string? destination, string? mode, string accept, int expected)
    {
        await using var target = await SignInTarget.StartAsync(redis);

        using var answer = await SendAsync(target, destination, mode, accept);

        Assert.Equal(expected, (int)answer.StatusCode);
        Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Equal(1, target.SignIns);
    }

    /// <summary>Any page that a person of an office opens could otherwise keep all of them from signing in.</summary>
    [Fact, Row("LGN-08", "LGN-10")]
    public async Task Frames_of_another_site_do_not_use_up_what_an_address_may_begin()
    {
        await using var target = await SignInTarget.StartAsync(redis, ("RateLimit:LoginsPerMinute", "5"));

        for (var i = 0; i < 10; i++)
        {
            using var framed = await target.SendAsync("/login",
                [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "iframe"), ("Accept", Page)]);
            Assert.Equal(HttpStatusCode.Forbidden, framed.StatusCode);
        }
        using var answer = await SendAsync(target, "document", "navigate", Page);

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
    }

    [Theory, Row("LGN-14")]
    [InlineData("Sec-Purpose", "prefetch"), InlineData("Sec-Purpose", "prefetch;prerender")]
    [InlineData("Sec-Purpose", "prefetch;anonymous-client-ip"), InlineData("Sec-Purpose", "")]
    [InlineData("Purpose", "prefetch"), InlineData("Purpose", "Prefetch"), InlineData("X-Purpose", "preview")]
    [InlineData("X-Moz", "prefetch")]
    public async Task What_is_loaded_ahead_begins_consumes_and_ends_nothing(string header, string value)
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        await browser.SignInAsync(target.System);
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        var session = browser.Cookie(The.SessionCookie)!.Value;
        var cookies = ("Cookie", $"{The.SessionCookie}={session}; {SignInTarget.LoginCookieOf(browser).Value}");

        using var login = await target.SendAsync("/login", [(header, value), cookies]);
        using var completed = await target.SendAsync(callback.PathAndQuery, [(header, value), cookies]);
        using var logout = await target.SendAsync("/logout", [(header, value), cookies]);
        using var posted = await target.SendAsync("/logout", [(header, value), cookies, ("X-CSRF", "1")], HttpMethod.Post);

        Assert.Equal([204, 204, 405, 204], new[] { login, completed, logout, posted }.Select(answer => (int)answer.StatusCode));
        Assert.All(new[] { login, completed, logout, posted }, answer => SignInTarget.AssertNoCookie(answer, "loaded ahead"));
        Assert.Equal((1, 1, 1), (target.SignIns, target.Sessions, target.Redeemed.Length));
        Assert.Equal(0, target.Provider.Count(TestProvider.Revoke));
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(target.System)).StatusCode);
        // The user's own request then works as if no prefetch had been sent.
        Assert.Equal(target.System.Spa, (await browser.FollowAsync()).Location);
        Assert.Equal(2, target.Redeemed.Length);
    }

    [Fact, Row("LGN-09")]
    public async Task A_login_that_another_site_begins_leaves_the_session_alone()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        await browser.SignInAsync(target.System);
        var session = browser.Cookie(The.SessionCookie);
        // A page of another site is open, and sends the browser to /login; a user who notices closes the tab.
        target.Provider.Answer("/evil", 200, "<p>win a prize</p>", "text/html");
        await browser.NavigateAsync(new Uri(target.Provider.Origin + "/evil"), typed: true);

        var login = await browser.NavigateAsync(new Uri(target.System.Url, "/login?prompt=login"));

        Assert.Equal("cross-site", login.Navigation.Relation);
        Assert.Equal(HttpStatusCode.Found, login.Status);
        Assert.Equal(session, browser.Cookie(The.SessionCookie));
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(target.System)).StatusCode);
        Assert.Equal((1, 0), (target.Sessions, target.Provider.Count(TestProvider.Revoke)));
    }

    /// <summary>From where it is least suspicious: the SPA, or the BFF's own origin.</summary>
    private static Task<HttpResponseMessage> SendAsync(SignInTarget target, string? destination, string? mode, string accept)
    {
        (string Name, string? Value)[] headers =
        [
            ("Sec-Fetch-Site", mode is null ? null : mode == "cors" ? "same-site" : "same-origin"),
            ("Origin", mode == "cors" ? target.System.Spa.Origin() : null),
            ("Sec-Fetch-Dest", destination), ("Sec-Fetch-Mode", mode), ("Accept", accept),
        ];
        return target.SendAsync("/login", [.. headers.Where(header => header.Value is not null)
            .Select(header => (header.Name, header.Value!))]);
    }
}
