namespace Bff.Tests.Hosting;

/// <summary>
/// A clock whose time of day can be set, back as well; what has gone by since a timestamp, and timers, do not depend on that.
/// </summary>
internal sealed class WrongClock(TimeProvider time) : TimeProvider
{
    /// <summary>How far it is ahead; negative when it is behind.</summary>
    public TimeSpan Error { get; set; }

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Error;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
