namespace Bff.Local.UserPool.Tokens;

/// <summary>What one sign-in granted one client; all its tokens, first and refreshed, speak of it.</summary>
internal sealed record SignInGrant(
    string Sub,
    string ClientId,
    IReadOnlyList<string> Scope,
    string? Nonce,
    DateTimeOffset AuthTime,
    DateTimeOffset GrantedAt,
    string OriginJti,
    string EventId);
