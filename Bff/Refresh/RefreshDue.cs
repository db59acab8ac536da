using Bff.Oidc;
using Bff.Sessions;

namespace Bff.Refresh;

/// <summary>When an access token in use is so near its expiry that it is refreshed.</summary>
internal sealed class RefreshDue(SessionOptions options, TimeProvider time)
{
    private const int Spread = 32;

    public bool IsDue(SessionId id, TokenSet tokens)
    {
        // Else a token that lives no longer than that would be refreshed at every use.
        var half = (tokens.ExpiresAt - tokens.IssuedAt) / 2;
        var before = options.RefreshBefore < half ? options.RefreshBefore : half;
        return tokens.ExpiresAt - (before * (1 + Share(id))) <= time.GetUtcNow();
    }

    /// <summary>Up to a quarter earlier, the same for all instances: who signed in at the same minute need not refresh in the same second.</summary>
    private static double Share(SessionId id) => (id.Name[0] + (31 * id.Name[1])) % Spread / (4.0 * Spread);
}
