using Bff.Sessions;

namespace Bff.Refresh;

/// <summary>How a refresh ended.</summary>
internal abstract record RefreshOutcome
{
    /// <summary>The session has usable tokens: renewed by this or another caller, or still good enough.</summary>
    public sealed record Usable(Session Session) : RefreshOutcome
    {
        public override string ToString() => nameof(Usable);
    }

    /// <summary>This refresh ended the session: the provider refused it, or there is no refresh token and the
    /// access token has expired.</summary>
    public sealed record Ended : RefreshOutcome;

    /// <summary>
    /// The session was ended by another request. The browser's cookie is not deleted: after a new sign-in it already is the new session's.
    /// </summary>
    public sealed record Gone : RefreshOutcome;

    /// <summary>There is no refresh token. The session works until its access token, which is still valid, expires.</summary>
    public sealed record NotRenewable : RefreshOutcome;

    /// <summary>The provider gave no usable answer. The session is kept as it was.</summary>
    public sealed record Unavailable(TimeSpan RetryAfter) : RefreshOutcome;
}
