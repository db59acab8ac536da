using System.Diagnostics;
using Bff.Operations;
using StackExchange.Redis;

namespace Bff.Storage;

/// <summary>
/// The commands that the stores send, each measured: from the call to the reply, so with the wait for the connection. Not measured are
/// probes, the key ring and messages between instances.
/// </summary>
internal sealed class RedisCommands(IDatabase database, Telemetry telemetry)
{
    private static long Now => Stopwatch.GetTimestamp();

    public Task<RedisValue> HashGetAsync(RedisKey key, RedisValue field, CommandFlags flags) =>
        MeasureAsync("HGET", Now, database.HashGetAsync(key, field, flags));

    public Task<RedisValue[]> HashGetAsync(RedisKey key, RedisValue[] fields, CommandFlags flags) =>
        MeasureAsync("HMGET", Now, database.HashGetAsync(key, fields, flags));

    public Task<HashEntry[]> HashGetAllAsync(RedisKey key, CommandFlags flags) =>
        MeasureAsync("HGETALL", Now, database.HashGetAllAsync(key, flags));

    public Task<long> HashLengthAsync(RedisKey key) => MeasureAsync("HLEN", Now, database.HashLengthAsync(key));

    public Task<bool> HashSetAsync(RedisKey key, RedisValue field, RedisValue value) =>
        MeasureAsync("HSET", Now, database.HashSetAsync(key, field, value));

    public Task<long> HashDeleteAsync(RedisKey key, RedisValue[] fields) =>
        MeasureAsync("HDEL", Now, database.HashDeleteAsync(key, fields));

    public Task<RedisValue> StringGetAsync(RedisKey key, CommandFlags flags = CommandFlags.None) =>
        MeasureAsync("GET", Now, database.StringGetAsync(key, flags));

    public Task<RedisValue> StringGetDeleteAsync(RedisKey key) => MeasureAsync("GETDEL", Now, database.StringGetDeleteAsync(key));

    public Task<bool> StringSetAsync(RedisKey key, RedisValue value, TimeSpan expiry) =>
        MeasureAsync("SET", Now, database.StringSetAsync(key, value, expiry));

    public Task<bool> KeyExistsAsync(RedisKey key, CommandFlags flags) => MeasureAsync("EXISTS", Now, database.KeyExistsAsync(key, flags));

    public Task<bool> KeyExpireAsync(RedisKey key, TimeSpan expiry) => MeasureAsync("PEXPIRE", Now, database.KeyExpireAsync(key, expiry));

    public Task<bool> KeyDeleteAsync(RedisKey key) => MeasureAsync("DEL", Now, database.KeyDeleteAsync(key));

    /// <summary>No one waits for the reply, so there is nothing to measure.</summary>
    public void KeyDeleteAndForget(RedisKey key) => database.KeyDelete(key, CommandFlags.FireAndForget);

    public Task<bool> LockTakeAsync(RedisKey key, RedisValue owner, TimeSpan expiry) =>
        MeasureAsync("SET", Now, database.LockTakeAsync(key, owner, expiry));

    public Task<bool> LockExtendAsync(RedisKey key, RedisValue owner, TimeSpan expiry) =>
        MeasureAsync("EXEC", Now, database.LockExtendAsync(key, owner, expiry));

    public Task<bool> LockReleaseAsync(RedisKey key, RedisValue owner) =>
        MeasureAsync("EXEC", Now, database.LockReleaseAsync(key, owner));

    public ITransaction CreateTransaction() => database.CreateTransaction();

    public Task<bool> ExecuteAsync(ITransaction transaction) => MeasureAsync("EXEC", Now, transaction.ExecuteAsync());

    /// <param name="started">Before <paramref name="reply"/>: arguments are evaluated in their order.</param>
    private async Task<T> MeasureAsync<T>(string command, long started, Task<T> reply)
    {
        var isOk = false;
        try
        {
            var value = await reply;
            isOk = true;
            return value;
        }
        finally
        {
            telemetry.RedisAnswered(command, isOk, started);
        }
    }
}
