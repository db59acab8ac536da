using System.Net;
using Bff.Tests.Hosting;
using StackExchange.Redis;

namespace Bff.Tests.Sessions;

/// <summary>A page gets the events that it missed: its stream was broken, or Redis was away.</summary>
public sealed class MissedEventTests(SharedRedis redis)
{
    [Fact]
    public async Task A_page_that_comes_back_is_told_what_it_missed()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var before = await PageEvents.OpenAsync(system, browser);
        Assert.InRange(before.Retry, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4));

        system.Time.Advance(TimeSpan.FromMinutes(1));
        await browser.RefreshAsync(system);
        using var back = await PageEvents.OpenAsync(system, browser, lastEventId: before.LastEventId);

        await back.NextAsync("session-refreshed");
        Assert.NotEqual(before.LastEventId, back.LastEventId);
        // And nothing to one that missed nothing.
        using var again = await PageEvents.OpenAsync(system, browser, lastEventId: back.LastEventId);
        await browser.LogoutAsync(system);
        await again.NextAsync("session-ended");
    }

    [Fact]
    public async Task An_idle_stream_is_kept_alive_and_ends_with_the_process()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var page = await PageEvents.OpenAsync(system, browser);

        system.Time.Advance(TimeSpan.FromSeconds(21));
        while (page.Comments == 0) Assert.NotNull(await page.ReadLineAsync());
        Assert.Equal(["no"], page.Response.Headers.GetValues("X-Accel-Buffering"));
        Assert.True(page.Response.Headers.CacheControl!.NoStore);

        await system.RestartAsync();

        Assert.Null(await page.NextAsync());
        using var back = await PageEvents.OpenAsync(system, browser, lastEventId: page.LastEventId);
    }

    [Fact, Row("OPS-02")]
    public async Task What_happened_while_Redis_was_away_is_told_when_it_is_back()
    {
        await using var own = await RedisServer.StartNewAsync(appendOnly: true);
        await using var system = await BffSystem.StartAsync(own.Configuration);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var page = await PageEvents.OpenAsync(system, browser);
        var id = (string)(await (await browser.MeAsync(system)).JsonAsync())["session"]!["id"]!;

        // Another instance reaches it again before this one, and ends the session: no message of it arrives here.
        await own.StopAsync();
        await own.StartAsync();
        await using (var other = await ConnectionMultiplexer.ConnectAsync(own.Configuration))
            Assert.True(await other.GetDatabase().KeyDeleteAsync($"{system.KeyPrefix}session:{{{id}}}"));

        Assert.Equal("gone", (string)(await page.NextAsync("session-ended"))["reason"]!);
    }

    [Fact]
    public async Task Requests_do_not_put_off_the_look_at_what_no_message_tells()
    {
        await using var own = await RedisServer.StartNewAsync();
        await using (var admin = await ConnectionMultiplexer.ConnectAsync(own.Configuration + ",allowAdmin=true"))
            await admin.GetDatabase().ExecuteAsync("ACL", "SETUSER", "bff", "on", ">secret", "~*", "+@all", "resetchannels");
        await using var system = await BffSystem.StartAsync($"{own.Configuration},user=bff,password=secret");
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(1));
        using var page = await PageEvents.OpenAsync(system, browser);

        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Post, "/refresh", other)).StatusCode);
        for (var second = 0; second < 8; second++)
        {
            Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
            system.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await page.NextAsync("session-refreshed");
    }
}
