using System.Net;
using Bff.Local;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Events;

/// <summary>What <c>/events</c> tells an open page, on whichever instance it happens.</summary>
public sealed class EventsTests(SharedRedis redis)
{
    [Fact]
    public async Task A_refresh_and_a_sign_out_on_another_instance_are_told_to_every_tab()
    {
        await using var system = await BffSystem.StartAsync(redis);
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var tab = await PageEvents.OpenAsync(system, browser);
        using var second = await PageEvents.OpenAsync(system, browser, other);

        system.Time.Advance(TimeSpan.FromMinutes(1));
        var me = await (await browser.RefreshAsync(system, other)).JsonAsync();
        foreach (var page in (PageEvents[])[tab, second])
            Assert.Equal(me["accessToken"]!.ToJsonString(), (await page.NextAsync("session-refreshed"))["accessToken"]!.ToJsonString());

        await browser.LogoutAsync(system, other);
        foreach (var page in (PageEvents[])[tab, second])
        {
            Assert.Equal("""{"reason":"signed_out"}""", (await page.NextAsync("session-ended")).ToJsonString());
            Assert.Null(await page.NextAsync());
        }
    }

    public static TheoryData<string, string> Ends => new()
    {
        { "another sign-in", "signed_in_anew" }, { "ended from another device", "ended_elsewhere" }, { "all others ended", "ended_elsewhere" },
        { "a refresh that the user pool refuses", "not_renewed" }, { "idle limit", "expired" }, { "lifetime", "expired" }, { "a record that is gone", "gone" },
    };

    [Theory, MemberData(nameof(Ends)), Row("SES-09", "RFR-04", "SES-17")]
    public async Task The_end_is_told_with_its_reason_and_ends_the_stream(string end, string reason)
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:Lifetime", "04:00:00"), ("Session:IdleTimeout", end == "lifetime" ? "04:00:00" : "01:00:00")]);
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        using var phone = system.Browser();
        await browser.SignInAsync(system);
        await phone.SignInAsync(system);
        using var page = await PageEvents.OpenAsync(system, browser);
        var id = (string)(await (await browser.MeAsync(system)).JsonAsync())["session"]!["id"]!;

        await EndAsync();

        var next = await page.NextAsync();
        // What time alone ends was announced.
        if (reason == "expired" && next?.Name == "session-expiring") next = await page.NextAsync();
        Assert.Equal(("session-ended", $$"""{"reason":"{{reason}}"}"""), (next?.Name, next?.Data.ToJsonString()));
        Assert.Null(await page.NextAsync());
        if (end != "another sign-in") Assert.Equal(HttpStatusCode.Unauthorized, (await browser.MeAsync(system)).StatusCode);

        async Task EndAsync()
        {
            switch (end)
            {
                case "another sign-in":
                    await browser.SignInAsync(system);
                    break;
                case "ended from another device":
                    Assert.Equal(HttpStatusCode.NoContent, (await phone.CallAsync(system, HttpMethod.Delete, "/sessions/" + id, other)).StatusCode);
                    break;
                case "all others ended":
                    Assert.Equal(HttpStatusCode.NoContent, (await phone.CallAsync(system, HttpMethod.Delete, "/sessions", other)).StatusCode);
                    break;
                case "a refresh that the user pool refuses":
                    system.Time.Advance(TimeSpan.FromMinutes(10));
                    system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 400, Body = """{"error":"invalid_grant"}""" });
                    Assert.Equal(HttpStatusCode.Unauthorized, (await browser.RefreshAsync(system, other)).StatusCode);
                    break;
                case "idle limit":
                    system.Time.Advance(TimeSpan.FromHours(1));
                    break;
                case "lifetime":
                    system.Time.Advance(TimeSpan.FromHours(4));
                    break;
                case "a record that is gone":
                    Assert.True(await system.Redis.KeyDeleteAsync($"{system.KeyPrefix}session:{{{id}}}"));
                    system.Time.Advance(TimeSpan.FromSeconds(31));
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(end));
            }
        }
    }

    [Fact, Row("SES-09")]
    public async Task Two_minutes_before_the_idle_limit_it_is_told_once_and_use_puts_it_off()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var expiresAt = (DateTimeOffset)(await (await browser.MeAsync(system)).JsonAsync())["session"]!["idleExpiresAt"]!;
        using var page = await PageEvents.OpenAsync(system, browser);

        system.Time.Advance(TimeSpan.FromMinutes(58));
        var expiring = await page.NextAsync("session-expiring");
        Assert.Equal(expiresAt, (DateTimeOffset)expiring["expiresAt"]!);
        Assert.True((bool)expiring["ifUnused"]!);

        // A page that opens now must know as well.
        using var late = await PageEvents.OpenAsync(system, browser);
        Assert.Equal(expiring.ToJsonString(), (await late.NextAsync("session-expiring")).ToJsonString());

        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        for (var minute = 0; minute < 58; minute++) system.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(expiresAt + TimeSpan.FromMinutes(58), (DateTimeOffset)(await page.NextAsync("session-expiring"))["expiresAt"]!);

        system.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("expired", (string)(await page.NextAsync("session-ended"))["reason"]!);
    }

    [Fact]
    public async Task The_end_of_the_lifetime_is_told_as_one_that_use_does_not_put_off()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:Lifetime", "01:00:00")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var page = await PageEvents.OpenAsync(system, browser);

        system.Time.Advance(TimeSpan.FromMinutes(50));
        await browser.MeAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(8));

        Assert.False((bool)(await page.NextAsync("session-expiring"))["ifUnused"]!);
    }

    [Fact, Row("SES-10")]
    public async Task An_open_stream_is_not_use_of_the_session_and_neither_is_opening_it()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var before = await IdleExpiresAtAsync();

        system.Time.Advance(TimeSpan.FromMinutes(30));
        using var page = await PageEvents.OpenAsync(system, browser);
        system.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(before, await IdleExpiresAtAsync());

        async Task<DateTimeOffset> IdleExpiresAtAsync() => (DateTimeOffset)(await (await browser.CallAsync(system, HttpMethod.Get, "/me?slide=false")).JsonAsync())["session"]!["idleExpiresAt"]!;
    }

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

        // Another instance reaches it again before this one, and ends the session: nobody here hears that.
        await own.StopAsync();
        await own.StartAsync();
        await using (var other = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(own.Configuration))
            Assert.True(await other.GetDatabase().KeyDeleteAsync($"{system.KeyPrefix}session:{{{id}}}"));

        Assert.Equal("gone", (string)(await page.NextAsync("session-ended"))["reason"]!);
    }

    [Fact]
    public async Task With_the_embedded_Redis_a_sign_out_elsewhere_is_told_too()
    {
        await using var embedded = EmbeddedRedis.Start();
        await using var system = await BffSystem.StartAsync(embedded.Configuration);
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var page = await PageEvents.OpenAsync(system, browser);

        await browser.LogoutAsync(system, other);

        await page.NextAsync("session-ended");
    }
}
