using System.Collections.Concurrent;
using System.Net;
using Bff.Tests.Hosting;
using StackExchange.Redis;

namespace Bff.Tests.Sessions;

/// <summary>How instances learn of a session's end when Redis stumbles, and what they tell each other.</summary>
public sealed class SessionEventTests(SharedRedis shared)
{
    [Fact, Row("OPS-02")]
    public async Task While_Redis_is_away_a_stream_stays_and_an_ended_session_is_cut_afterwards()
    {
        await using var redis = await RedisServer.StartNewAsync(appendOnly: true);
        await using var system = await BffSystem.StartAsync(redis.Configuration);
        using var alice = system.Browser();
        using var bob = system.Browser();
        await alice.SignInAsync(system);
        await bob.SignInAsync(system, The.Bob);
        using var hers = await OpenStream.SocketAsync(system, alice);
        using var his = await OpenStream.SocketAsync(system, bob);
        var name = (string)(await (await alice.MeAsync(system)).JsonAsync())["session"]!["id"]!;
        var record = Assert.Single(system.Keys(), key =>
            key.Contains(":session:", StringComparison.Ordinal) && key.Contains(name, StringComparison.Ordinal));

        await redis.StopAsync();
        for (var step = 0; step < 4; step++)
        {
            system.Time.Advance(TimeSpan.FromMinutes(1));
            await hers.IsAliveAsync();
            await his.IsAliveAsync();
        }
        await redis.StartAsync();
        // However it ended, no message was published.
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        Assert.True(await connection.GetDatabase().KeyDeleteAsync(record));
        await EventuallyAsync(async () => (await bob.MeAsync(system)).IsSuccessStatusCode);
        system.Time.Advance(TimeSpan.FromSeconds(31));

        await hers.IsCutAsync();
        await his.IsAliveAsync();
    }

    [Fact, Row("OPS-02")]
    public async Task After_Redis_was_away_a_sign_out_elsewhere_arrives_at_once_again()
    {
        await using var redis = await RedisServer.StartNewAsync(appendOnly: true);
        await using var system = await BffSystem.StartAsync(redis.Configuration);
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var stream = await OpenStream.SocketAsync(system, browser);

        await redis.StopAsync();
        await (await browser.MeAsync(system)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        await redis.StartAsync();
        await EventuallyAsync(async () =>
            await system.Redis.Multiplexer.GetSubscriber()
            .PublishAsync(RedisChannel.Literal(system.KeyPrefix + "sessions"), "nothing") >= 1);
        await EventuallyAsync(async () => (await browser.LogoutAsync(system, other)).IsSuccessStatusCode);

        await stream.IsCutAsync();
    }

    [Fact, Row("LOG-01", "SES-12")]
    public async Task What_goes_over_the_channel_names_the_session_and_holds_no_secret()
    {
        await using var system = await BffSystem.StartAsync(shared);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var name = (string)(await (await browser.MeAsync(system)).JsonAsync())["session"]!["id"]!;
        var cookie = browser.Cookie(The.SessionCookie)!.Value;
        var published = new ConcurrentQueue<string>();
        await system.Redis.Multiplexer.GetSubscriber()
            .SubscribeAsync(RedisChannel.Literal(system.KeyPrefix + "sessions"), (_, message) => published.Enqueue(message.ToString()));

        await browser.LogoutAsync(system);
        await EventuallyAsync(() => Task.FromResult(!published.IsEmpty));

        Assert.Matches($"^ended {name} [A-Za-z0-9_-]{{12}} signed_out$", Assert.Single(published));
        Assert.DoesNotContain(cookie, published.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_stream_does_not_hold_up_the_end_of_the_process()
    {
        await using var system = await BffSystem.StartAsync(shared);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var events = await OpenStream.EventsAsync(system, browser);
        using var socket = await OpenStream.SocketAsync(system, browser);

        await system.RestartAsync();

        await events.IsCutAsync();
        await socket.IsCutAsync();
        using var again = await OpenStream.SocketAsync(system, browser);
        await again.IsAliveAsync();
    }

    private static async Task EventuallyAsync(Func<Task<bool>> isSo)
    {
        for (var left = 200; !await isSo(); left--)
        {
            Assert.True(left > 0, "It never came to pass.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
