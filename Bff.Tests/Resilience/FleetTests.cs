using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>Instances are processes that share nothing but Redis.</summary>
public sealed class FleetTests(SharedRedis redis)
{
    [Fact, Row("OPS-03")]
    public async Task What_one_process_signed_in_is_used_on_the_next_and_signed_out_on_a_third()
    {
        await using var fleet = await Fleet.StartAsync(await redis.GetConfigurationAsync());
        using var browser = await fleet.SignInAsync(at: 0);
        using var other = await fleet.SignInAsync(at: 1);

        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(at: 1)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.ApiAsync(at: 2)).StatusCode);
        var cookie = browser.Window.Cookie(The.SessionCookie)!;
        Assert.Equal(HttpStatusCode.OK, (await browser.LogoutAsync(at: 2)).StatusCode);
        Assert.Null(browser.Session);

        browser.Window.Cookies.Put(cookie);
        foreach (var at in (int[])[0, 1, 2])
        {
            await (await browser.MeAsync(at)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
            Assert.Equal(HttpStatusCode.OK, (await other.MeAsync(at)).StatusCode);
        }
    }

    [Fact, Row("OPS-03")]
    public async Task A_process_that_is_killed_leaves_its_sessions_to_the_others_and_finds_them_again()
    {
        await using var fleet = await Fleet.StartAsync(await redis.GetConfigurationAsync(), instances: 2);
        using var browser = await fleet.SignInAsync(at: 1);

        await fleet[1].KillAsync();
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(at: 0)).StatusCode);
        await fleet[1].StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(at: 1)).StatusCode);
        Assert.True(fleet[1] is { IsRunning: true, Threads: > 1, WorkingSet: > 1_000_000, OpenFiles: > 1 });
    }
}
