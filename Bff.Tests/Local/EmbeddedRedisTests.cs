using Bff.Local;
using Bff.Tests.Hosting;
using StackExchange.Redis;

namespace Bff.Tests.Local;

/// <summary>The commands of Redis that this system uses, on the server that stands in for it.</summary>
public sealed class EmbeddedRedisTests : ConnectedRedis
{
    [Fact]
    public async Task A_key_set_only_if_absent_keeps_its_first_value_and_its_time_to_live()
    {
        Assert.True(await redis.StringSetAsync("k", "first", TimeSpan.FromMilliseconds(60_000), When.NotExists));
        Assert.False(await redis.StringSetAsync("k", "second", TimeSpan.FromSeconds(90), When.NotExists));

        Assert.Equal("first", await redis.StringGetAsync("k"));
        Assert.InRange((await redis.KeyTimeToLiveAsync("k"))!.Value.TotalSeconds, 30, 60);
        Assert.Equal("OK", (string?)await redis.ExecuteAsync("SET", "k2", "v", "NX", "PX", "60000"));
        Assert.True((await redis.ExecuteAsync("SET", "k2", "v", "NX", "PX", "60000")).IsNull);
        Assert.Equal("OK", (string?)await redis.ExecuteAsync("SET", "k3", "v", "EX", "60", "NX"));
    }

    [Fact]
    public async Task A_key_is_taken_once()
    {
        await redis.StringSetAsync("k", "v", TimeSpan.FromMinutes(1));

        Assert.Equal("v", await redis.StringGetDeleteAsync("k"));
        Assert.True((await redis.StringGetDeleteAsync("k")).IsNull);
    }

    [Fact]
    public async Task Of_many_takers_one_gets_the_key()
    {
        await redis.StringSetAsync("k", "v", TimeSpan.FromMinutes(1));

        var taken = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => redis.StringGetDeleteAsync("k")));

        Assert.Single(taken, value => value.HasValue);
    }

    [Fact]
    public async Task A_hash_holds_bytes_and_expires()
    {
        byte[] bytes = [0, 1, 255, 13, 10];
        await redis.HashSetAsync("h", [new("a", bytes), new("b", "2")]);

        Assert.Equal(bytes, (byte[]?)await redis.HashGetAsync("h", "a"));
        Assert.Equal(["a", "b"], (await redis.HashGetAllAsync("h")).Select(e => (string)e.Name!).Order());
        Assert.Equal("2", (await redis.HashGetAsync("h", ["b", "none"]))[0]);
        Assert.Equal(5, await redis.HashIncrementAsync("h", "n", 5));
        Assert.True(await redis.HashDeleteAsync("h", "b"));
        Assert.True(await redis.KeyExpireAsync("h", TimeSpan.FromSeconds(60)));
        Assert.True(await redis.KeyExpireAsync("h", TimeSpan.FromMilliseconds(50_500)));
        Assert.InRange((await redis.KeyTimeToLiveAsync("h"))!.Value.TotalSeconds, 30, 50.5);
    }

    [Fact]
    public async Task An_expired_key_is_gone()
    {
        await redis.HashSetAsync("h", [new("a", "1")]);
        await redis.KeyExpireAsync("h", TimeSpan.FromMilliseconds(30));
        await redis.StringSetAsync("k", "v", TimeSpan.FromMilliseconds(30));
        await Task.Delay(100, TestContext.Current.CancellationToken);

        Assert.Empty(await redis.HashGetAllAsync("h"));
        Assert.False(await redis.KeyExistsAsync("k"));
    }

    [Fact]
    public async Task A_list_keeps_its_order()
    {
        await redis.ListLeftPushAsync("l", "b");
        await redis.ListLeftPushAsync("l", "a");
        await redis.ListRightPushAsync("l", "c");

        Assert.Equal(["a", "b", "c"], (await redis.ListRangeAsync("l")).Select(value => (string)value!));
    }

    [Fact]
    public async Task A_published_message_reaches_a_subscriber()
    {
        await using var other = await ConnectionMultiplexer.ConnectAsync(server.Configuration);
        var received = new TaskCompletionSource<string>();
        var channel = RedisChannel.Literal("news");
        await other.GetSubscriber().SubscribeAsync(channel, (_, message) => received.TrySetResult(message!));

        await connection.GetSubscriber().PublishAsync(channel, "hello");

        Assert.Equal("hello", await received.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Sets_and_sorted_sets_index_by_member()
    {
        await redis.SetAddAsync("s", ["a", "b"]);
        await redis.SortedSetAddAsync("z", [new("old", 1), new("new", 2)]);

        Assert.True(await redis.SetRemoveAsync("s", "a"));
        Assert.Equal(["b"], (await redis.SetMembersAsync("s")).Select(value => (string)value!));
        Assert.Equal(1, await redis.SortedSetRemoveRangeByScoreAsync("z", 0, 1));
        Assert.Equal(["new"], (await redis.SortedSetRangeByRankAsync("z")).Select(value => (string)value!));
    }

    [Fact]
    public async Task A_port_taken_in_the_meantime_is_passed_over()
    {
        var free = FreePort.Next();
        await using var next = EmbeddedRedis.StartOnOneOf([server.Port, free]);

        Assert.Equal(free, next.Port);
    }

    [Fact]
    public async Task Once_it_has_stopped_nothing_listens()
    {
        var second = EmbeddedRedis.Start();
        await using (var toSecond = await ConnectionMultiplexer.ConnectAsync(second.Configuration))
        {
            await toSecond.GetDatabase().StringSetAsync("k", "v");
        }

        await second.DisposeAsync();

        await Assert.ThrowsAsync<RedisConnectionException>(() =>
            ConnectionMultiplexer.ConnectAsync(second.Configuration + ",connectRetry=0,connectTimeout=1000"));
    }
}
