namespace Bff.Sessions;

/// <summary>What <see cref="SessionMonitor"/> reports of a session.</summary>
internal abstract record SessionChange
{
    /// <summary>The record was read and is unchanged.</summary>
    public sealed record None : SessionChange;

    /// <summary>It has new tokens.</summary>
    public sealed record Refreshed(Session Session) : SessionChange
    {
        // What it holds are secrets.
        public override string ToString() => nameof(Refreshed);
    }

    /// <summary>It will soon reach a limit.</summary>
    /// <param name="At">When it ends.</param>
    /// <param name="IfUnused">Whether use prolongs it; false for the end of its lifetime.</param>
    public sealed record Expiring(DateTimeOffset At, bool IfUnused) : SessionChange;

    /// <summary>It has ended; nothing follows.</summary>
    /// <param name="Reason">One of <see cref="EndReason"/>.</param>
    public sealed record Ended(string Reason) : SessionChange;
}
