namespace Bff.Sessions;

/// <summary>One request's look at its session; ends with the request.</summary>
/// <param name="session">What is looked at.</param>
/// <param name="tell">Told of each change; returns at once. Something may be told twice, and nothing after the end.</param>
/// <param name="close">Ends the look.</param>
internal sealed class SessionWatch(WatchedSession session, Action<SessionChange>? tell, Action<SessionWatch> close) : IDisposable
{
    private string? version;
    private SessionChange.Expiring? told;

    /// <summary>Cancelled when the session is over, for whatever reason and wherever.</summary>
    public CancellationToken Ended => session.Ended;

    /// <summary>From now on the limits of the session, as it was read, are kept too.</summary>
    public void Guard(StoredSession stored) => session.Guard(this, stored);

    /// <summary>The record as it was just read, and the limit that is near.</summary>
    internal void See(StoredSession stored, SessionChange.Expiring? limit)
    {
        if (tell is null) return;
        if (version is not null && version != stored.Version) tell(new SessionChange.Refreshed(stored));
        if (limit is not null && limit != told) tell(limit);
        (version, told) = (stored.Version, limit);
    }

    internal void SeeEnd(SessionChange.Ended end) => tell?.Invoke(end);

    public void Dispose() => close(this);
}
