using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>A sign-in in a browser that has another one under way or a session already.</summary>
public sealed class RepeatedSignInTests(SharedRedis redis)
{
    [Fact, Row("CB-07")]
    public async Task Two_tabs_sign_in_side_by_side_and_finish_in_either_order()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        var first = await browser.SignInUpToCallbackAsync(system, returnUrl: "/first");
        var second = await browser.SignInUpToCallbackAsync(system, returnUrl: "/second");

        var secondDone = await browser.NavigateAsync(second, typed: true);
        var firstDone = await browser.NavigateAsync(first, typed: true);

        Assert.Equal("/second", secondDone.Location.AbsolutePath);
        Assert.Equal("/first", firstDone.Location.AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        // The session of the tab that was first has no cookie any more: it must not live on with its refresh token.
        Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        Assert.Equal(1, system.Pool.Requests.Count("/oauth2/revoke"));
    }

    [Fact, Row("LGN-09", "CB-23")]
    public async Task Signing_in_again_ends_the_session_the_browser_had()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var former = browser.Cookie(The.SessionCookie)!;
        var begun = await browser.SignInUpToCallbackAsync(system);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);

        await browser.NavigateAsync(begun, typed: true);

        Assert.NotEqual(former.Value, browser.Cookie(The.SessionCookie)!.Value);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        Assert.Equal(1, system.Pool.Requests.Count("/oauth2/revoke"));
        browser.Cookies.Put(former);
        await (await browser.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
        Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
    }

    [Fact, Row("LGN-09")]
    public async Task A_sign_in_that_fails_leaves_the_session_the_browser_had()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        await browser.SignInUpToCallbackAsync(system);
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 500 });

        var page = await browser.FollowAsync();

        Assert.Contains("login_error=provider_unavailable", page.Location.Query, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    [Fact, Row("CB-23")]
    public async Task A_former_session_that_cannot_be_ended_does_not_undo_the_new_one()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        await browser.SignInUpToCallbackAsync(system);
        // Redis refuses to read a record of another type as a session.
        var former = Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        await system.Redis.KeyDeleteAsync(former);
        await system.Redis.StringSetAsync(former, "no session");

        var page = await browser.FollowAsync();

        Assert.Equal(system.Spa, page.Location);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        Assert.Equal(0, system.Pool.Requests.Count("/oauth2/revoke"));
    }
}
