using StackExchange.Redis;

namespace Bff.Tests.Local;

/// <summary>Commands that take effect together or not at all, on the server that stands in for Redis.</summary>
public sealed class EmbeddedRedisTransactionTests : ConnectedRedis
{
    [Fact]
    public async Task A_transaction_runs_only_while_the_hash_is_as_expected()
    {
        await redis.HashSetAsync("h", [new("version", "1")]);

        Assert.True(await WriteIfVersionAsync("1", "2"));
        Assert.False(await WriteIfVersionAsync("1", "3"));

        Assert.Equal("2", await redis.HashGetAsync("h", "version"));
    }

    [Fact]
    public async Task A_transaction_whose_key_is_missing_does_not_run()
    {
        var transaction = redis.CreateTransaction();
        transaction.AddCondition(Condition.KeyExists("none"));
        _ = transaction.HashSetAsync("none", "a", "1");

        Assert.False(await transaction.ExecuteAsync());
        Assert.False(await redis.KeyExistsAsync("none"));
    }

    [Fact]
    public async Task A_script_compares_and_deletes()
    {
        const string releaseIfMine = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end";
        await redis.StringSetAsync("lock", "mine", TimeSpan.FromMinutes(1));

        Assert.Equal(0, (int)await redis.ScriptEvaluateAsync(releaseIfMine, ["lock"], ["other"]));
        Assert.Equal(1, (int)await redis.ScriptEvaluateAsync(releaseIfMine, ["lock"], ["mine"]));
        Assert.False(await redis.KeyExistsAsync("lock"));
    }

    [Fact]
    public async Task A_script_writes_a_hash_with_its_expiry()
    {
        const string save = """
            if redis.call('hget', KEYS[1], 'version') ~= ARGV[1] then return 0 end
            redis.call('hset', KEYS[1], 'version', ARGV[2], 'value', ARGV[3])
            redis.call('pexpire', KEYS[1], ARGV[4])
            return 1
            """;
        await redis.HashSetAsync("h", [new("version", "1")]);

        Assert.Equal(1, (int)await redis.ScriptEvaluateAsync(save, ["h"], ["1", "2", "x", 60_000]));
        Assert.Equal(0, (int)await redis.ScriptEvaluateAsync(save, ["h"], ["1", "3", "y", 60_000]));
        Assert.Equal("x", await redis.HashGetAsync("h", "value"));
        Assert.NotNull(await redis.KeyTimeToLiveAsync("h"));
    }

    [Fact]
    public async Task A_lock_is_taken_extended_and_released_by_its_holder_alone()
    {
        Assert.True(await redis.LockTakeAsync("lock", "a", TimeSpan.FromSeconds(30)));
        Assert.False(await redis.LockTakeAsync("lock", "b", TimeSpan.FromSeconds(30)));
        Assert.True(await redis.LockExtendAsync("lock", "a", TimeSpan.FromSeconds(60)));
        Assert.False(await redis.LockReleaseAsync("lock", "b"));
        Assert.True(await redis.LockReleaseAsync("lock", "a"));
    }

    [Fact]
    public async Task A_batch_of_commands_answers_each()
    {
        var batch = redis.CreateBatch();
        var set = batch.HashSetAsync("h", "a", "1");
        var expire = batch.KeyExpireAsync("h", TimeSpan.FromMinutes(1));
        batch.Execute();

        Assert.True(await set);
        Assert.True(await expire);
    }

    private Task<bool> WriteIfVersionAsync(string expected, string next)
    {
        var transaction = redis.CreateTransaction();
        transaction.AddCondition(Condition.HashEqual("h", "version", expected));
        _ = transaction.HashSetAsync("h", "version", next);
        _ = transaction.KeyExpireAsync("h", TimeSpan.FromMinutes(1));
        return transaction.ExecuteAsync();
    }
}
