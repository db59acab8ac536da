using Bff.Sessions;

namespace Bff.Refresh;

/// <summary>When the tokens of a session are to be refreshed.</summary>
internal sealed class RefreshDue(SessionOptions options, TimeProvider time)
{
    private const int Spread = 32;

    /// <summary>Whether the access token still can be used.</summary>
    public bool IsValid(Session session) => session.Tokens.ExpiresAt > time.GetUtcNow();

    /// <param name="force">Whether an access token that still can be used is refreshed as well, unless it was issued a moment ago.</param>
    public bool IsDue(Session session, bool force)
    {
        var (tokens, now) = (session.Tokens, time.GetUtcNow());
        if (force) return tokens.IssuedAt + options.MinimumRefreshInterval <= now || tokens.ExpiresAt <= now;

        // Else a token that lives no longer than RefreshBefore would be refreshed at every use.
        var half = (tokens.ExpiresAt - tokens.IssuedAt) / 2;
        var before = options.RefreshBefore < half ? options.RefreshBefore : half;
        return tokens.ExpiresAt - (before * (1 + Share(session.Id))) <= now;
    }

    /// <summary>
    /// Up to a quarter earlier, the same on all instances: users who signed in in the same minute do not refresh in the same
    /// second.
    /// </summary>
    private static double Share(SessionId id) => (id.Name[0] + (31 * id.Name[1])) % Spread / (4.0 * Spread);
}
