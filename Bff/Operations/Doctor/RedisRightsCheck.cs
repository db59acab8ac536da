using System.Security.Cryptography;
using Bff.Storage;
using StackExchange.Redis;

namespace Bff.Operations.Doctor;

/// <summary>
/// Whether the Redis user may run each command that the BFF needs: it runs them, on keys of its own that expire after a minute and are
/// deleted at the end.
/// </summary>
internal static class RedisRightsCheck
{
    private const string Check = "Redis rights", Refused = "NOPERM";

    public static async Task<IReadOnlyList<Finding>> RunAsync(IConnectionMultiplexer redis, RedisOptions options)
    {
        var name = $"{options.KeyPrefix}doctor:{{{RandomNumberGenerator.GetHexString(16, lowercase: true)}}}";
        var database = redis.GetDatabase();
        var refused = new List<string>();
        foreach (var command in Commands(name))
            await TryAsync((string)command[0], () => database.ExecuteAsync((string)command[0], command[1..]), refused);
        if (!await TransactAsync(database, name)) refused.Add("MULTI, EXEC");
        return [Judge(refused), await JudgeChannelAsync(redis.GetSubscriber(), RedisChannel.Literal(name))];
    }

    /// <summary>In an order in which each one finds a key of its type.</summary>
    private static object[][] Commands(string name)
    {
        RedisKey text = name + ":text", hash = name + ":hash", list = name + ":list";
        return
        [
            ["SET", text, "1", "EX", 60], ["SETEX", text, 60, "1"], ["PSETEX", text, 60_000, "1"], ["GET", text], ["EXISTS", text],
            ["EXPIRE", text, 60], ["PEXPIRE", text, 60_000], ["GETDEL", text],
            ["HSET", hash, "a", "1"], ["EXPIRE", hash, 60], ["HSETNX", hash, "b", "1"], ["HMSET", hash, "c", "1"],
            ["HGET", hash, "a"], ["HMGET", hash, "a"], ["HGETALL", hash], ["HEXISTS", hash, "a"], ["HLEN", hash], ["HDEL", hash, "a"],
            ["RPUSH", list, "1"], ["EXPIRE", list, 60], ["LRANGE", list, 0, -1], ["LLEN", list],
            ["UNLINK", list], ["DEL", text, hash, list],
            // The library ignores that this one is refused: then changes at the same time are not noticed.
            ["WATCH", text], ["UNWATCH"],
        ];
    }

    private static async Task TryAsync(string command, Func<Task> run, List<string> refused)
    {
        try
        {
            await run();
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith(Refused, StringComparison.Ordinal))
        {
            var isAboutKeys = exception.Message.Contains("access", StringComparison.Ordinal);
            refused.Add(isAboutKeys ? $"{command} on keys of Redis:KeyPrefix" : command);
        }
    }

    /// <summary>False when any part of it is refused: the library does not say which. It executes because its key never exists.</summary>
    private static async Task<bool> TransactAsync(IDatabase database, string name)
    {
        var transaction = database.CreateTransaction();
        transaction.AddCondition(Condition.KeyNotExists(name));
        _ = transaction.KeyDeleteAsync(name);
        try
        {
            return await transaction.ExecuteAsync();
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception) || exception is OperationCanceledException)
        {
            return false;
        }
    }

    private static Finding Judge(List<string> refused) => refused is []
        ? Finding.Ok(Check, "The user may run each command that the BFF needs.")
        : Finding.Fail(Check, $"The Redis user may not run {string.Join(", ", refused.Distinct())}.",
            "Compare its ACL with the one in docs/operating.md.");

    private static async Task<Finding> JudgeChannelAsync(ISubscriber subscriber, RedisChannel channel)
    {
        const string Channels = "Redis channels";
        try
        {
            await subscriber.SubscribeAsync(channel, (_, _) => { });
            await subscriber.PublishAsync(channel, "doctor");
            await subscriber.UnsubscribeAsync(channel);
            return Finding.Ok(Channels, "The user may publish and subscribe.");
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            return Finding.Warn(Channels,
                "Messages between the instances do not work: a sign-out at one takes seconds to reach the streams of another.",
                RedisFaults.Cause(exception));
        }
    }
}
