using Bff.Oidc;
using Bff.Sessions;

namespace Bff.Logout;

/// <summary>Ends a session here first and at the provider as far as that works: the record is gone before anything is asked.</summary>
internal sealed partial class SessionEnder(SessionStore sessions, ProviderMetadata provider, TokenClient tokenClient, ILogger<SessionEnder> logger)
{
    /// <summary>Nobody waits longer for the provider to revoke.</summary>
    public static readonly TimeSpan RevocationTimeout = TimeSpan.FromSeconds(3);

    /// <returns>The session that ended, or null when there was none.</returns>
    public async Task<StoredSession?> EndAsync(SessionId id)
    {
        if (await sessions.EndAsync(id) is not { } ended) return null;
        Log.Ended(logger, id.LogName);
        await RevokeAsync(ended.Session.Tokens.RefreshToken);
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
        [LoggerMessage(1, LogLevel.Information, "Session {Session} ended.")]
        public static partial void Ended(ILogger logger, string session);

        [LoggerMessage(2, LogLevel.Warning, "A refresh token could not be revoked: the user pool's metadata is not known.")]
        public static partial void NotRevoked(ILogger logger);
    }
}
