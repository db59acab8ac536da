using System.Net;
using Bff.Local;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

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
        { "another sign-in", "signed_in_anew" }, { "ended from another device", "ended_elsewhere" },
        { "all others ended", "ended_elsewhere" },
        { "a refresh that the user pool refuses", "not_renewed" }, { "idle limit", "expired" }, { "lifetime", "expired" },
        { "a record that is gone", "gone" },
    };

    [Theory, MemberData(nameof(Ends)), Row("SES-09", "RFR-04", "SES-17")]
    public async Task The_end_is_told_with_its_reason_and_ends_the_stream(string end, string reason)
    {
        await using var system =
            await BffSystem.StartAsync(redis, [("Session:Lifetime", "04:00:00"),
            ("Session:IdleTimeout", end == "lifetime" ? "04:00:00" : "01:00:00")]);
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
                    Assert.Equal(HttpStatusCode.NoContent, (await phone.CallAsync(system, HttpMethod.Delete, "/sessions/" + id,
                        other)).StatusCode);
                    break;
                case "all others ended":
                    Assert.Equal(HttpStatusCode.NoContent, (await phone.CallAsync(system, HttpMethod.Delete, "/sessions",
                        other)).StatusCode);
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
