using System.Threading.RateLimiting;

namespace Bff.Security;

/// <summary>
/// How many requests of one client address are refused with a reason and a line in the log, on this instance; those beyond get 429.
/// Only refusals count and are limited: a valid request passes although others flood from the same address.
/// </summary>
internal sealed class RefusalLimit : IDisposable
{
    public const int PerMinute = 60;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<string> limiter =
        PartitionedRateLimiter.Create<string, string>(client =>
        RateLimitPartition.GetFixedWindowLimiter(client, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = PerMinute,
            Window = Window,
            QueueLimit = 0,
        }));

    /// <summary>Counts one more refusal.</summary>
    /// <param name="context">The request that is refused.</param>
    /// <param name="endpoint">Each endpoint has a limit of its own.</param>
    /// <returns>How long the client must wait because these were too many; null while they are not.</returns>
    public TimeSpan? WaitAfter(HttpContext context, string endpoint)
    {
        using var lease = limiter.AttemptAcquire($"{endpoint} {LoginRateLimit.Client(context.Connection.RemoteIpAddress)}");
        if (lease.IsAcquired) return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var left) ? left : Window;
    }

    public void Dispose() => limiter.Dispose();
}
