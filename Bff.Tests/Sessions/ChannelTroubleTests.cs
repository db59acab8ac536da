using System.Net;
using Bff.Tests.Hosting;
using StackExchange.Redis;

namespace Bff.Tests.Sessions;

/// <summary>The channel between the instances is barred to one of them, or says what it does not understand.</summary>
public sealed class ChannelTroubleTests(SharedRedis shared)
{
    [Fact]
    public async Task Without_the_right_to_the_channel_streams_end_a_little_later()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(redis.Configuration + ",allowAdmin=true");
        await admin.GetDatabase().ExecuteAsync("ACL", "SETUSER", "bff", "on", ">secret", "~*", "+@all", "resetchannels");
        await using var system = await BffSystem.StartAsync($"{redis.Configuration},user=bff,password=secret");
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var stream = await OpenStream.SocketAsync(system, browser);

        Assert.Equal(HttpStatusCode.OK, (await browser.LogoutAsync(system, other)).StatusCode);
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        await stream.IsAliveAsync();
        system.Time.Advance(TimeSpan.FromSeconds(4));

        await stream.IsCutAsync();
        Assert.Contains("Messages of other instances do not arrive", system.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_another_version_says_on_the_channel_ends_nothing()
    {
        await using var system = await BffSystem.StartAsync(shared);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var stream = await OpenStream.SocketAsync(system, browser);
        var name = (string)(await (await browser.MeAsync(system)).JsonAsync())["session"]!["id"]!;

        foreach (var message in new[] { "", " ", "  ", $"refreshed {name} other reason", $"ended {name}", $"ended {name} other",
            $"ended  {name} other reason", "ended other other reason", $"ENDED {name} other reason", new string('x', 100_000), "\0\u00ff" })
            await system.Redis.Multiplexer.GetSubscriber().PublishAsync(RedisChannel.Literal(system.KeyPrefix + "sessions"), message);

        for (var turn = 0; turn < 10; turn++) await stream.IsAliveAsync();
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        await system.Redis.Multiplexer.GetSubscriber()
            .PublishAsync(RedisChannel.Literal(system.KeyPrefix + "sessions"), $"ended {name} other reason");
        await stream.IsCutAsync();
    }
}
