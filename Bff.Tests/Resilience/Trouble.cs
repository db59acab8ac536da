using System.Collections.Concurrent;
using System.Security.Cryptography;
using Bff.Local.UserPool;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>Takes Redis or the user pool away for a few seconds, at random, and knows when it did.</summary>
internal sealed class Trouble(RedisServer redis, UserPoolHandle pool)
{
    private static readonly string[] Endpoints =
        [PoolPaths.Discovery, PoolPaths.Jwks, PoolPaths.Authorize, PoolPaths.Token, PoolPaths.Revoke, PoolPaths.Login];

    /// <summary>
    /// So long after the end of it an answer may still be about it: a connection that comes back, a pause that the provider was
    /// given.
    /// </summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(8);

    private readonly ConcurrentBag<(DateTimeOffset From, DateTimeOffset To)> times = [];
    private int redisRestarts, poolOutages;
    private volatile bool isUnderWay;

    /// <summary>Whether something was wrong at any time since then, or a moment before.</summary>
    public bool Explains(DateTimeOffset since) => isUnderWay || times.Any(time => time.To + Aftermath >= since);

    /// <summary>Makes trouble, with quiet times between, until that is over.</summary>
    public async Task MakeUntilAsync(Task over)
    {
        while (!over.IsCompleted)
        {
            await Task.WhenAny(over, Task.Delay(RandomNumberGenerator.GetInt32(9_000, 14_000)));
            if (over.IsCompleted) return;
            var from = TimeProvider.System.GetUtcNow();
            isUnderWay = true;
            if ((redisRestarts + poolOutages) % 2 == 0) await RestartRedisAsync();
            else await TakePoolAwayAsync();
            times.Add((from, TimeProvider.System.GetUtcNow()));
            isUnderWay = false;
        }
    }

    public override string ToString() => $"Redis killed and started again {redisRestarts} times, the user pool away {poolOutages} times";

    private async Task RestartRedisAsync()
    {
        redisRestarts++;
        await redis.StopAsync();
        await Task.Delay(RandomNumberGenerator.GetInt32(0, 3_000));
        await redis.StartAsync();
    }

    // As a server that is stopped: the responses under way are lost as well.
    private async Task TakePoolAwayAsync()
    {
        poolOutages++;
        foreach (var path in Endpoints) pool.Faults.On(path, new EndpointFault { DropAnswer = true, Times = 1 });
        await Task.Delay(RandomNumberGenerator.GetInt32(50, 500));
        foreach (var path in Endpoints) pool.Faults.On(path, new EndpointFault { DropRequest = true });
        await Task.Delay(RandomNumberGenerator.GetInt32(500, 4_000));
        foreach (var path in Endpoints) pool.Faults.Off(path);
    }
}
