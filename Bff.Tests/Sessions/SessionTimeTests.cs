using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>How long a session lives: used, unused, and only polled.</summary>
public sealed class SessionTimeTests(SharedRedis redis)
{
    [Fact]
    [Row("SES-09")]
    public async Task An_unused_session_ends_after_the_idle_timeout_and_a_used_one_lives_on()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var used = system.Browser();
        using var unused = system.Browser();
        await used.SignInAsync(system);
        await unused.SignInAsync(system);

        system.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(HttpStatusCode.OK, (await used.MeAsync(system)).StatusCode);
        system.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(HttpStatusCode.OK, (await used.MeAsync(system)).StatusCode);
        await (await unused.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
    }

    [Fact]
    [Row("SES-10")]
    public async Task Polling_with_slide_false_is_no_use()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        system.Time.Advance(TimeSpan.FromMinutes(59));
        var polled = await (await browser.CallAsync(system, HttpMethod.Get, "/me?slide=false")).JsonAsync();
        Assert.Equal(system.Time.GetUtcNow().AddMinutes(1), (DateTimeOffset)polled["session"]!["idleExpiresAt"]!, TimeSpan.FromSeconds(2));
        system.Time.Advance(TimeSpan.FromMinutes(2));

        await (await browser.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
    }

    [Fact]
    [Row("SES-09")]
    public async Task A_session_ends_at_its_lifetime_however_much_it_is_used()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "02:00:00"), ("Session:Lifetime", "03:00:00")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        system.Time.Advance(TimeSpan.FromMinutes(100));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        system.Time.Advance(TimeSpan.FromMinutes(79));
        var last = await (await browser.MeAsync(system)).JsonAsync();
        Assert.Equal((DateTimeOffset)last["session"]!["expiresAt"]!, (DateTimeOffset)last["session"]!["idleExpiresAt"]!);
        system.Time.Advance(TimeSpan.FromMinutes(2));

        await (await browser.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
    }
}
