using Bff.Oidc;

namespace Bff.Sessions;

/// <summary>Ends a session here first and at the provider as far as that works: the record is gone before anything is asked.</summary>
internal sealed partial class SessionEnder(SessionStore sessions, ProviderMetadata provider, TokenClient tokenClient, OidcOptions options, ILogger<SessionEnder> logger)
{
    /// <summary>Nobody waits longer for the provider to revoke.</summary>
    public static readonly TimeSpan RevocationTimeout = TimeSpan.FromSeconds(3);

    /// <param name="reason">One of <see cref="EndReason"/>.</param>
    /// <returns>The session that ended, or null when there was none.</returns>
    public async Task<StoredSession?> EndAsync(SessionId id, string reason)
    {
        if (await sessions.EndAsync(id, reason) is not { } ended) return null;
        // A session of another issuer than the settings name now: its refresh token is none of this one's business.
        if (ended.Session.Issuer == options.Authority) await RevokeAsync(ended.Session.Tokens.RefreshToken);
        return ended;
    }

    public async Task RevokeAsync(string? refreshToken)
    {
        if (refreshToken is null) return;
        using var deadline = new CancellationTokenSource(RevocationTimeout);
        if (await provider.GetWithinAsync(RevocationTimeout) is { } metadata) await tokenClient.RevokeAsync(metadata, refreshToken, deadline.Token);
        else Log.NotRevoked(logger);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A refresh token could not be revoked: the provider's metadata is not known.")]
        public static partial void NotRevoked(ILogger logger);
    }
}
