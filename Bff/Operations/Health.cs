using Bff.Storage;
using StackExchange.Redis;

namespace Bff.Operations;

/// <summary>Whether the process runs, and whether it can do its work.</summary>
internal static class Health
{
    /// <summary>Monitors ask with either.</summary>
    private static readonly string[] Methods = ["GET", "HEAD"];

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapMethods("/health/live", Methods, () => Answer("live")).ExcludeFromDescription();
        app.MapMethods("/health/ready", Methods, ReadyAsync).ExcludeFromDescription();
    }

    /// <summary>
    /// Ready means that a master of Redis serves the reads of a request and of a sign-in, and that the process was not asked to end. The
    /// provider is no part of it: without it existing sessions still work.
    /// </summary>
    private static async Task<IResult> ReadyAsync(GracefulShutdown shutdown, IDatabase redis, RedisKeys keys, RedisFaults faults)
    {
        if (shutdown.IsStopping) return Answer("stopping", StatusCodes.Status503ServiceUnavailable);
        var key = keys.Session("health");
        try
        {
            await Task.WhenAll(redis.HashGetAsync(key, ["payload", "version"], RedisConnection.FromPrimary),
                redis.StringGetAsync(key, RedisConnection.FromPrimary));
            return Answer("ready");
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            faults.Report(exception);
            return Answer("Redis cannot be read; the log names the cause", StatusCodes.Status503ServiceUnavailable);
        }
    }

    // As text, so that it has a Content-Length: to a HEAD too.
    private static IResult Answer(string status, int statusCode = StatusCodes.Status200OK) =>
        TypedResults.Text($$"""{"status":"{{status}}"}""", "application/json", System.Text.Encoding.UTF8, statusCode);
}
