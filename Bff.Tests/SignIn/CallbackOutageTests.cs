using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>Redis fails half way through a callback: an answer that can be understood, and again when it comes again.</summary>
public sealed class CallbackOutageTests
{
    /// <summary>The sign-in is taken, the code redeemed, and then Redis takes nothing more.</summary>
    [Theory, Row("OPS-02", "CB-03")]
    [InlineData(true), InlineData(false)]
    public async Task A_Redis_fault_before_the_session_is_stored_is_a_repeatable_failure(bool recovers)
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var target = await SignInTarget.StartAsync(server.Configuration);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        target.Provider.SpoilAnswer = _ => target.System.Redis.Execute("CONFIG", "SET", "maxmemory", "1");
        // After the failed write of the session and before the note of it, when there is time for that: while the token is revoked.
        target.Provider.Answer(TestProvider.Revoke, async _ =>
        {
            if (recovers) await target.System.Redis.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        });

        var failed = await browser.NavigateAsync(callback, typed: true);
        await target.System.Redis.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        target.Provider.SpoilAnswer = null;
        var again = await browser.NavigateAsync(callback, typed: true);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.Status);
        Assert.Contains("store_unavailable", failed.Says, StringComparison.Ordinal);
        SignInTarget.AssertNoCookie(failed.Response, "no session");
        Assert.Equal(1, target.Provider.Count(TestProvider.Revoke));
        if (recovers) target.AssertFailed(again.Response, "the reload", redeemed: 1);
        else target.AssertRefused(again.Response, "the reload", redeemed: 1);
        Assert.Equal(target.System.Spa, (await browser.SignInAsync(target.System)).Location);
    }

    [Fact, Row("OPS-02", "CB-16")]
    public async Task A_failure_that_cannot_be_stored_is_still_answered()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var target = await SignInTarget.StartAsync(server.Configuration);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        await target.System.Redis.ExecuteAsync("CONFIG", "SET", "maxmemory", "1");

        var page = await browser.NavigateAsync(new Uri(target.System.Url, "/callback?error=access_denied&state="
            + SignInTarget.StateIn(callback)), typed: true);
        await target.System.Redis.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");

        target.AssertFailed(page.Response, "denied", "access_denied");
        target.AssertRefused((await browser.NavigateAsync(callback, typed: true)).Response, "the code afterwards");
    }
}
