using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Bff.Oidc;

namespace Bff.Refresh;

/// <summary>
/// How many refreshes this instance has under way and begins per second. A provider's quota is for all instances and all users
/// together (Cognito: 120 a second), and tokens that were issued together expire together.
/// </summary>
internal sealed class RefreshQuota(OidcOptions options) : IDisposable
{
    /// <summary>What a caller is told to wait that found no place; not all the same, or they would come back together.</summary>
    public static TimeSpan RetryAfter => TimeSpan.FromSeconds(RandomNumberGenerator.GetInt32(1, 4));

    private readonly ConcurrencyLimiter underWay = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.MaxConcurrentRefreshes,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private readonly TokenBucketRateLimiter begun = new(Rate(options.RefreshesPerSecond));

    /// <summary>Whether a refresh would have to wait.</summary>
    public bool IsExhausted => underWay.GetStatistics()?.CurrentAvailablePermits is 0 || begun.GetStatistics()?.CurrentAvailablePermits is 0;

    /// <summary>A place, to be given back after the refresh; null when there was none in time.</summary>
    /// <param name="patience">Zero takes what is free at once.</param>
    public async Task<IDisposable?> TakeAsync(TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource();
        if (patience > TimeSpan.Zero) deadline.CancelAfter(patience);
        RateLimitLease? place = null;
        try
        {
            place = await TakeAsync(underWay, patience, deadline.Token);
            if (place.IsAcquired && (await TakeAsync(begun, patience, deadline.Token)).IsAcquired) return place;
        }
        catch (OperationCanceledException)
        {
            // It waited as long as it could.
        }
        place?.Dispose();
        return null;
    }

    public void Dispose()
    {
        underWay.Dispose();
        begun.Dispose();
    }

    private static async Task<RateLimitLease> TakeAsync(RateLimiter limiter, TimeSpan patience, CancellationToken cancellationToken) =>
        patience > TimeSpan.Zero ? await limiter.AcquireAsync(1, cancellationToken) : limiter.AttemptAcquire();

    private static TokenBucketRateLimiterOptions Rate(int perSecond)
    {
        // Ten portions a second, or one by one where there are fewer.
        var portion = Math.Max(1, perSecond / 10);
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond,
            TokensPerPeriod = portion,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)portion / perSecond),
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        };
    }
}
