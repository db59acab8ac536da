using System.Diagnostics;
using System.Globalization;
using Bff.Tests.Hosting;
using StackExchange.Redis;

namespace Bff.Tests.Local;

public sealed class RedisServerTests
{
    private const string NoPatience = ",connectRetry=0,connectTimeout=1000";

    [Fact]
    public async Task An_append_only_server_has_its_data_again_after_a_stop_and_a_start()
    {
        await using var server = await RedisServer.StartNewAsync(appendOnly: true, password: "p4ss");
        await using (var before = await ConnectionMultiplexer.ConnectAsync(server.Configuration))
        {
            await before.GetDatabase().StringSetAsync("k", "v");
        }

        await server.StopAsync();
        await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(server.Configuration + NoPatience));
        await server.StartAsync();

        await using var after = await ConnectionMultiplexer.ConnectAsync(server.Configuration);
        Assert.Equal("v", await after.GetDatabase().StringGetAsync("k"));
    }

    [Fact]
    public async Task A_server_with_a_password_refuses_a_client_without_it()
    {
        await using var server = await RedisServer.StartNewAsync(password: "p4ss");

        await Assert.ThrowsAsync<RedisConnectionException>(() =>
            ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port}{NoPatience}"));
    }

    [Fact]
    public async Task A_frozen_server_answers_only_when_it_is_thawed()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.Configuration + ",asyncTimeout=20000");
        var redis = connection.GetDatabase();

        await server.FreezeAsync();
        var ping = redis.PingAsync();
        var whileFrozen = await Task.WhenAny(ping, Task.Delay(300, TestContext.Current.CancellationToken));
        await server.ThawAsync();

        Assert.NotSame(ping, whileFrozen);
        await ping;
    }

    [Fact]
    public async Task A_frozen_server_can_be_disposed_of_and_leaves_nothing()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.Configuration + ",allowAdmin=true");
        var folder = (await connection.GetServers()[0].ConfigGetAsync("dir"))[0].Value;
        var process = (await connection.GetServers()[0].InfoAsync("server"))[0].Single(line => line.Key == "process_id").Value;
        await server.FreezeAsync();

        await server.DisposeAsync();

        Assert.False(Directory.Exists(folder));
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(int.Parse(process, CultureInfo.InvariantCulture)));
    }
}
