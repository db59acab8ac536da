using System.Collections.Concurrent;

namespace Bff.Local.UserPool.Tokens;

/// <summary>Authorization codes: a UUID each, valid five minutes, taken once.</summary>
internal sealed class AuthorizationCodes(PoolClock clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, IssuedCode> codes = [];

    public string Issue(SignInGrant grant, string redirectUri, string? codeChallenge)
    {
        foreach (var (old, _) in codes.Where(code => clock.Now >= code.Value.ExpiresAt))
        {
            codes.TryRemove(old, out _);
        }

        var code = Uuid.New();
        codes[code] = new IssuedCode(grant, redirectUri, codeChallenge, clock.Now + Lifetime);
        return code;
    }

    /// <summary>Burns the code, whatever comes of the exchange; null when it is used, expired, unknown or another client's.</summary>
    public IssuedCode? Take(string code, string clientId) =>
        codes.TryGetValue(code, out var issued) && issued.Grant.ClientId == clientId
        && codes.TryRemove(code, out _) && clock.Now < issued.ExpiresAt ? issued : null;

    internal sealed record IssuedCode(SignInGrant Grant, string RedirectUri, string? CodeChallenge, DateTimeOffset ExpiresAt);
}
