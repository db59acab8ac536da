using Bff.Operations;

namespace Bff.Oidc;

/// <summary>
/// Decides when the provider is not asked for a while: after three failures in a row, a 429, or a <c>Retry-After</c>. In an outage most
/// requests then do not wait for a timeout. A failure is no answer, a 5xx or an unusable 200; every other answer shows that the provider
/// is there. Per instance.
/// </summary>
internal sealed class ProviderPause
{
    private const int FailuresInARow = 3;

    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(5), Longest = TimeSpan.FromMinutes(1);

    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private int failures;
    // Timestamps, not the time of day: a clock that is set back must not extend the pause.
    private long since;
    private TimeSpan length;

    public ProviderPause(TimeProvider time, Telemetry telemetry)
    {
        this.time = time;
        telemetry.ObserveProviderPause(() => Remaining is not null);
    }

    /// <summary>How long the provider is not asked yet; null when it may be asked.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            lock (gate) return length - time.GetElapsedTime(since) is var left && left > TimeSpan.Zero ? left : null;
        }
    }

    /// <summary>The provider answered a request as it should.</summary>
    public void Succeeded()
    {
        lock (gate) failures = 0;
    }

    /// <param name="asked">What its <c>Retry-After</c> says; at most a minute is taken.</param>
    public void Failed(bool isThrottled, TimeSpan? asked)
    {
        lock (gate)
        {
            failures++;
            if (asked is null && !isThrottled && failures < FailuresInARow) return;
            var pause = asked ?? Usual;
            (since, length) = (time.GetTimestamp(), pause < Longest ? pause : Longest);
        }
    }
}
