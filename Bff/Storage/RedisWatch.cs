using StackExchange.Redis;

namespace Bff.Storage;

/// <summary>
/// Asks every known server each second whether it is there, and as long as one is not, asks the others who serves in its place: by itself the
/// library learns that from a server that refuses, which one that hangs does not.
/// </summary>
internal sealed partial class RedisWatch(IConnectionMultiplexer redis, TimeProvider time, ILogger<RedisWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private bool complete = true;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await LookAsync();
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private async Task LookAsync()
    {
        var silent = (await Task.WhenAll(redis.GetServers().Select(async server => (server.EndPoint, Answers: await AnswersAsync(server))))).Where(server => !server.Answers).Select(server => EndPointCollection.ToString(server.EndPoint)).ToArray();
        if (complete != silent is []) Say(silent);
        if (silent is not []) await ConfigureAsync();
    }

    private void Say(string[] silent)
    {
        complete = silent is [];
        if (complete) Log.Complete(logger);
        else Log.Silent(logger, string.Join(", ", silent));
    }

    private static async Task<bool> AnswersAsync(IServer server)
    {
        try
        {
            await server.PingAsync().WaitAsync(Interval);
            return true;
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception) || exception is TimeoutException)
        {
            return false;
        }
    }

    private async Task ConfigureAsync()
    {
        try
        {
            await redis.ConfigureAsync();
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            // The next look tries again.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis does not answer at {Servers}. If it runs, look at Redis:Configuration: address, user, password, ssl.")]
        public static partial void Silent(ILogger logger, string servers);

        [LoggerMessage(2, LogLevel.Information, "Redis answers again.")]
        public static partial void Complete(ILogger logger);
    }
}
