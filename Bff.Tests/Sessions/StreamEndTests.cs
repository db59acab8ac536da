using System.Net;
using Bff.Local;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>A WebSocket or an event stream through the proxy lives no longer than its session, wherever and however that ends.</summary>
public sealed class StreamEndTests(SharedRedis redis)
{
    public static TheoryData<string, string> Ends => new MatrixTheoryData<string, string>(
        ["socket", "events"], ["sign-out here", "sign-out elsewhere", "another sign-in", "a refresh that the user pool refuses",
            "idle limit", "lifetime", "a record that is gone"]);

    [Theory, MemberData(nameof(Ends)), Row("OUT-01", "SES-09", "RFR-04")]
    public async Task A_stream_is_cut_when_its_session_ends(string kind, string end)
    {
        await using var system =
            await BffSystem.StartAsync(redis, [("Session:Lifetime", "04:00:00"),
            ("Session:IdleTimeout", end == "lifetime" ? "04:00:00" : "01:00:00")]);
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var stream = await OpenStream.OpenAsync(kind, system, browser);
        await stream.IsAliveAsync();

        await EndAsync(end, system, browser, other);

        await stream.IsCutAsync(system.Time);
        Assert.DoesNotContain(system.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Theory, InlineData("socket"), InlineData("events")]
    public async Task With_the_embedded_Redis_a_sign_out_elsewhere_is_heard_too(string kind)
    {
        await using var embedded = EmbeddedRedis.Start();
        await using var system = await BffSystem.StartAsync(embedded.Configuration);
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var stream = await OpenStream.OpenAsync(kind, system, browser);
        await stream.IsAliveAsync();

        await EndAsync("sign-out elsewhere", system, browser, other);

        await stream.IsCutAsync();
    }

    [Theory, InlineData("socket"), InlineData("events")]
    public async Task A_stream_outlives_the_refresh_of_its_session(string kind)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var stream = await OpenStream.OpenAsync(kind, system, browser);

        for (var turn = 1; turn <= 3; turn++)
        {
            system.Time.Advance(TimeSpan.FromMinutes(9));
            Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
            await stream.IsAliveAsync();
        }

        Assert.Equal(3, system.Pool.Requests.Grants("refresh_token"));
    }

    [Fact]
    public async Task To_open_a_stream_is_use_of_the_session_and_to_have_it_open_is_none()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(50));

        using var stream = await OpenStream.SocketAsync(system, browser);
        // In steps, as time passes: each is a chance to look at the record.
        for (var minute = 0; minute < 58; minute++)
        {
            system.Time.Advance(TimeSpan.FromMinutes(1));
            await stream.IsAliveAsync();
        }
        system.Time.Advance(TimeSpan.FromMinutes(2));

        await stream.IsCutAsync(system.Time);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.MeAsync(system)).StatusCode);
    }

    [Fact]
    public async Task Use_of_the_session_keeps_its_stream()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var stream = await OpenStream.SocketAsync(system, browser);

        for (var turn = 0; turn < 6; turn++)
        {
            system.Time.Advance(TimeSpan.FromMinutes(25));
            Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
            await stream.IsAliveAsync();
        }
    }

    [Fact]
    public async Task Another_persons_stream_stays()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var alice = system.Browser();
        using var bob = system.Browser();
        await alice.SignInAsync(system);
        await bob.SignInAsync(system, The.Bob);
        using var hers = await OpenStream.SocketAsync(system, alice);
        using var his = await OpenStream.SocketAsync(system, bob);

        await alice.LogoutAsync(system);

        await hers.IsCutAsync();
        await his.IsAliveAsync();
    }

    private static async Task EndAsync(string end, BffSystem system, Browser browser, Uri other)
    {
        switch (end)
        {
            case "sign-out here":
                Assert.Equal(HttpStatusCode.OK, (await browser.LogoutAsync(system)).StatusCode);
                break;
            case "sign-out elsewhere":
                Assert.Equal(HttpStatusCode.OK, (await browser.LogoutAsync(system, other)).StatusCode);
                break;
            case "another sign-in":
                await browser.SignInAsync(system);
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
                Assert.True(await system.Redis.KeyDeleteAsync(Assert.Single(system.Keys(), key =>
                    key.Contains("session:", StringComparison.Ordinal))));
                system.Time.Advance(TimeSpan.FromSeconds(31));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(end));
        }
    }
}
