using Bff.Sessions;

namespace Bff.Refresh;

/// <summary>How a refresh ended.</summary>
internal abstract record RefreshOutcome
{
    /// <summary>The tokens are as fresh as was wanted, whoever refreshed them.</summary>
    public sealed record Fresh(StoredSession Stored) : RefreshOutcome;

    /// <summary>This refresh ended the session: the provider said <c>invalid_grant</c>, or what it said could not be believed.</summary>
    public sealed record Ended : RefreshOutcome;

    /// <summary>
    /// Somebody else ended the session meanwhile. The browser's cookie is not this answer's to delete: where a new sign-in took
    /// the session's place, it already is the new one's.
    /// </summary>
    public sealed record Gone : RefreshOutcome;

    /// <summary>There is no refresh token; the session works until its access token expires.</summary>
    public sealed record NotRenewable(StoredSession Stored) : RefreshOutcome;

    /// <summary>The provider gave no usable answer. The session is kept as it was.</summary>
    public sealed record Unavailable(StoredSession Stored, TimeSpan RetryAfter) : RefreshOutcome;
}
