namespace Bff.Sessions;

/// <summary>What becomes of a session while it is watched.</summary>
internal abstract record SessionChange
{
    /// <summary>It has new tokens.</summary>
    public sealed record Refreshed(StoredSession Stored) : SessionChange
    {
        // What it holds are secrets.
        public override string ToString() => nameof(Refreshed);
    }

    /// <summary>It will soon reach a limit.</summary>
    /// <param name="At">When it ends.</param>
    /// <param name="IfUnused">Whether use prolongs it; false for the end of its lifetime.</param>
    public sealed record Expiring(DateTimeOffset At, bool IfUnused) : SessionChange;

    /// <summary>It is over; nothing follows.</summary>
    /// <param name="Reason">One of <see cref="EndReason"/>.</param>
    public sealed record Ended(string Reason) : SessionChange;
}
