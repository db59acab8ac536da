using Bff.Settings;
using StackExchange.Redis;

namespace Bff.Storage;

/// <summary>
/// Pings every known server each second. While one does not answer, the library reads the topology again from the others: by itself it
/// does that only when a server refuses a command, and a server that hangs refuses none.
/// </summary>
internal sealed partial class RedisWatch(
    IConnectionMultiplexer redis, RedisOptions options, Secrets secrets, TimeProvider time, ILogger<RedisWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>In intervals: how often the cause is looked for while a server is silent.</summary>
    private const int DiagnoseEvery = 5;

    /// <summary>The causes of this outage that are in the log.</summary>
    private readonly HashSet<string> reported = [];

    private int silentIntervals;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await PingAllAsync();
    }

    private async Task PingAllAsync()
    {
        var answers = await Task.WhenAll(redis.GetServers().Select(async server => (server.EndPoint, Fault: await FaultAsync(server))));
        var silent = answers.Where(answer => answer.Fault is not null).ToList();
        if (silent is [])
        {
            if (silentIntervals > 0) Log.Complete(logger);
            silentIntervals = 0;
            reported.Clear();
            return;
        }
        await ConfigureAsync();
        if (silentIntervals++ % DiagnoseEvery == 0)
        {
            // Where another server answers, a new connection says nothing about the silent one, and may wait for it.
            var cause = (silent.Count == answers.Length ? await RedisConnection.FaultOfNewAsync(options, secrets) : null)
                ?? string.Join(' ', silent.Select(answer => answer.Fault).Distinct());
            var servers = string.Join(", ", silent.Select(answer => EndPointCollection.ToString(answer.EndPoint)));
            if (reported.Add(cause)) Log.Silent(logger, servers, cause);
        }
    }

    /// <summary>Null when the server is there. One that refuses the PING (MISCONF) is, unless it says that it serves nothing.</summary>
    private static async Task<string?> FaultAsync(IServer server)
    {
        try
        {
            await server.PingAsync().WaitAsync(Interval);
            return null;
        }
        catch (RedisServerException exception) when (exception.Message.Split(' ')[0] is not ("LOADING" or "MASTERDOWN"))
        {
            return null;
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception) || exception is TimeoutException)
        {
            return RedisFaults.Cause(exception);
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
            // The next second tries again.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis does not answer at {Servers}. If it runs, look at Redis:Configuration: address, user, "
            + "password, ssl. {Cause}")]
        public static partial void Silent(ILogger logger, string servers, string cause);

        [LoggerMessage(2, LogLevel.Information, "Redis answers again.")]
        public static partial void Complete(ILogger logger);
    }
}
