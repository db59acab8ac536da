using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>An open page gets an event before its session expires; being open does not extend the session.</summary>
public sealed class ExpiringSessionTests(SharedRedis redis)
{
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

        async Task<DateTimeOffset> IdleExpiresAtAsync() =>
            (DateTimeOffset)(await (await browser.CallAsync(system, HttpMethod.Get, "/me?slide=false"))
            .JsonAsync())["session"]!["idleExpiresAt"]!;
    }
}
