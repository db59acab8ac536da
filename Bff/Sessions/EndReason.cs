namespace Bff.Sessions;

/// <summary>Why a session ended: for the log and for /events. The words are public and stay.</summary>
internal static class EndReason
{
    public const string SignedOut = "signed_out";

    /// <summary>The same browser signed in once more.</summary>
    public const string SignedInAnew = "signed_in_anew";

    /// <summary>The user ended it from another of their sessions.</summary>
    public const string EndedElsewhere = "ended_elsewhere";

    /// <summary>The operator ended all sessions of the user.</summary>
    public const string Revoked = "revoked";

    /// <summary>The provider said that the user signed out there (OpenID Connect Back-Channel Logout).</summary>
    public const string ProviderLogout = "provider_logout";

    /// <summary>The provider no longer renews the tokens, or renewed them in a way that can't be believed.</summary>
    public const string NotRenewed = "not_renewed";

    /// <summary>The access token expired and there is no refresh token.</summary>
    public const string TokenExpired = "token_expired";

    /// <summary>A limit was reached: not used for the idle timeout, or as old as a session may become.</summary>
    public const string Expired = "expired";

    /// <summary>It is no longer there, for an unknown reason.</summary>
    public const string Gone = "gone";
}
