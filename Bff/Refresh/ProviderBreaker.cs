using System.Security.Cryptography;
using Bff.Errors;

namespace Bff.Refresh;

/// <summary>
/// Leaves the provider alone after it asked for that (429, Retry-After) or failed repeatedly: an outage then costs no request a
/// time-out. When the time is over one call tries, and only its success lets the others follow. Per instance.
/// </summary>
internal sealed class ProviderBreaker(TimeProvider time)
{
    private const int FailuresBeforeOpen = 3;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(2), Longest = TimeSpan.FromMinutes(1), DuringProbe = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    // Timestamps, not the time of day: a clock that is set back would keep everybody away from the provider.
    private long openedAt;
    private TimeSpan wait;
    private bool isOpen, isProbing;
    private int failures;

    /// <summary>How long the provider must still be left alone; null when it may be called, or tried.</summary>
    public TimeSpan? Remaining()
    {
        lock (gate)
        {
            var left = Left();
            return !isOpen ? null : left > TimeSpan.Zero ? left : isProbing ? DuringProbe : null;
        }
    }

    /// <summary>A call that may be made, or null with how long to wait. The call is over when it is disposed, and failed if it did not say otherwise.</summary>
    public Call? TryBegin(out TimeSpan remaining)
    {
        lock (gate)
        {
            remaining = Remaining() ?? TimeSpan.Zero;
            if (remaining > TimeSpan.Zero) return null;
            isProbing = isOpen;
            return new Call(this, isProbe: isOpen);
        }
    }

    /// <summary>The provider has issued tokens, to a sign-in or to a refresh: earlier failures are not in a row any more.</summary>
    public void Issued()
    {
        lock (gate) failures = 0;
    }

    private void Answered(bool isProbe)
    {
        lock (gate)
        {
            // A call that was under way when the provider asked to be left alone proves nothing.
            if (isOpen && !isProbe) return;
            (isOpen, isProbing, failures) = (false, false, 0);
        }
    }

    private TimeSpan Failed(bool isProbe, bool isThrottled, TimeSpan? retryAfter)
    {
        lock (gate)
        {
            // Calls that fail together are one failure of the provider.
            var isNews = isProbe || !isOpen;
            if (isNews) failures++;
            if (isProbe) isProbing = false;
            if (retryAfter is not null || (isNews && (isProbe || isThrottled || failures >= FailuresBeforeOpen))) Open(retryAfter ?? BackOff());
            return Left() is var left && left > TimeSpan.Zero ? left : Problem.DefaultRetryAfter;
        }
    }

    private void Open(TimeSpan asked)
    {
        isOpen = true;
        var bounded = asked < Longest ? asked : Longest;
        if (bounded > Left()) (openedAt, wait) = (time.GetTimestamp(), bounded);
    }

    private TimeSpan Left() => wait - time.GetElapsedTime(openedAt);

    /// <summary>Doubles with each failure beyond the first ones; with jitter, so that the instances do not try in step.</summary>
    private TimeSpan BackOff()
    {
        var doublings = Math.Clamp(failures - FailuresBeforeOpen, 0, 6);
        return First * (1 << doublings) * (1 + (RandomNumberGenerator.GetInt32(0, 51) / 100.0));
    }

    internal sealed class Call(ProviderBreaker breaker, bool isProbe) : IDisposable
    {
        private bool isOver;

        /// <summary>The provider answered, whatever it said.</summary>
        public void Answered()
        {
            isOver = true;
            breaker.Answered(isProbe);
        }

        /// <returns>What a caller should be told to wait.</returns>
        public TimeSpan Failed(bool isThrottled = false, TimeSpan? retryAfter = null)
        {
            isOver = true;
            return breaker.Failed(isProbe, isThrottled, retryAfter);
        }

        public void Dispose()
        {
            if (!isOver) Failed();
        }
    }
}
