namespace Bff.Local.UserPool.Tokens;

/// <summary>Authorization codes: a UUID each, valid five minutes, taken once.</summary>
internal sealed class AuthorizationCodes(PoolClock clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly Expiring<IssuedCode> codes = new(clock);

    public string Issue(SignInGrant grant, string redirectUri, string? codeChallenge)
    {
        var code = Uuid.New();
        codes.Put(code, new IssuedCode(grant, redirectUri, codeChallenge), clock.Now + Lifetime);
        return code;
    }

    /// <summary>Burns the code, whatever comes of the exchange; null when it is used, expired, unknown or another client's.</summary>
    public IssuedCode? Take(string code, string clientId) =>
        codes.TryGet(code, out var issued) && issued.Grant.ClientId == clientId && codes.TryTake(code, out var taken) ? taken : null;

    internal sealed record IssuedCode(SignInGrant Grant, string RedirectUri, string? CodeChallenge);
}
