using Bff.Storage;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace Bff.Tests.Storage;

/// <summary>Keys that Redis has lost, and several instances that still know them.</summary>
[Row("OPS-02")]
public sealed class KeyRingBackupTests(SharedRedis redis)
{
    [Theory]
    [InlineData(""), InlineData("a key of an instance that started after the loss")]
    public async Task Several_instances_write_each_lost_key_back_once(string added)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(await redis.GetConfigurationAsync());
        var (database, time) = (connection.GetDatabase(), new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        var options = new RedisOptions { KeyPrefix = SharedRedis.NewKeyPrefix() };
        var key = KeyRing.Key(options);
        await database.ListRightPushAsync(key, ["first", "second"]);
        KeyRingBackup[] instances =
        [
            .. Enumerable.Range(0, 8).Select(_ => new KeyRingBackup(database, options, time, NullLogger<KeyRingBackup>.Instance)),
        ];
        foreach (var instance in instances) await instance.StartAsync(TestContext.Current.CancellationToken);
        // Each has read the ring.
        await Task.Delay(500, TestContext.Current.CancellationToken);

        await database.KeyDeleteAsync(key);
        if (added.Length > 0) await database.ListRightPushAsync(key, added);
        await Poll.UntilAsync(async () =>
        {
            time.Advance(TimeSpan.FromSeconds(10));
            return await database.ListLengthAsync(key) >= 2;
        }, "the keys were not written back");
        // Further looks add nothing.
        for (var look = 0; look < 3; look++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromSeconds(10));
        }

        string[] expected = added.Length > 0 ? [added, "first", "second"] : ["first", "second"];
        Assert.Equal(expected.Order(), (await database.ListRangeAsync(key)).Select(value => value.ToString()).Order());
        foreach (var instance in instances) await instance.StopAsync(TestContext.Current.CancellationToken);
    }
}
