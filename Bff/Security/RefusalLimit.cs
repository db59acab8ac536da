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

    /// <summary>Counts one more.</summary>
    /// <param name="context">The request that is refused.</param>
    /// <param name="what">What is counted apart from other things.</param>
    /// <returns>Null, or how long the client must wait because these were too many.</returns>
    public TimeSpan? Count(HttpContext context, string what)
    {
        using var lease = limiter.AttemptAcquire($"{what} {LoginRateLimit.Client(context.Connection.RemoteIpAddress)}");
        if (lease.IsAcquired) return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var left) ? left : Window;
    }

    public void Dispose() => limiter.Dispose();
}
