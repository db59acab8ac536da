using Bff.Storage;
using StackExchange.Redis;

namespace Bff.Operations;

/// <summary>Whether the process runs, and whether it can do its work.</summary>
internal static class Health
{
    private sealed record Answer(string Status);

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => TypedResults.Ok(new Answer("live"))).ExcludeFromDescription();
        app.MapGet("/health/ready", ReadyAsync).ExcludeFromDescription();
    }

    /// <summary>Ready means that a master of Redis answers. The provider is no part of it: without it existing sessions still work.</summary>
    private static async Task<IResult> ReadyAsync(IDatabase redis)
    {
        try
        {
            await redis.PingAsync(RedisConnection.FromPrimary);
            return TypedResults.Ok(new Answer("ready"));
        }
        catch (Exception exception) when (RedisConnection.IsFault(exception))
        {
            return TypedResults.Json(new Answer("Redis does not answer"), statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
