using Bff.Errors;

namespace Bff.Refresh;

/// <summary>
/// Leaves the provider alone for a while after it asked for that (429, Retry-After) or failed repeatedly, so that an outage
/// costs no request a time-out and the recovery is no stampede. Per instance.
/// </summary>
internal sealed class ProviderPause(TimeProvider time)
{
    private const int FailuresBeforePause = 3;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private DateTimeOffset until = DateTimeOffset.MinValue;
    private int failures;

    /// <summary>How long the provider must still be left alone; null when it may be called.</summary>
    public TimeSpan? Remaining()
    {
        lock (gate) return until - time.GetUtcNow() is var left && left > TimeSpan.Zero ? left : null;
    }

    public void Succeeded()
    {
        lock (gate) failures = 0;
    }

    /// <returns>What a caller should be told to wait.</returns>
    public TimeSpan Failed(TimeSpan? retryAfter)
    {
        lock (gate)
        {
            var wait = retryAfter is { } asked ? TimeSpan.FromSeconds(Math.Min(asked.TotalSeconds, Longest.TotalSeconds)) : Problem.DefaultRetryAfter;
            if (++failures >= FailuresBeforePause || retryAfter is not null) until = time.GetUtcNow() + wait;
            return wait;
        }
    }
}
