using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using static Bff.Oidc.TokenClaims;

namespace Bff.Oidc;

/// <summary>Which sessions the provider ends (OpenID Connect Back-Channel Logout 2.4). Only <see cref="SignedTokens"/> makes one.</summary>
internal sealed class LogoutToken
{
    /// <summary>An older token is refused, so the ids of used tokens need not be kept for longer.</summary>
    public static readonly TimeSpan MaximumAge = TimeSpan.FromHours(1);

    private const string Event = "http://schemas.openid.net/event/backchannel-logout";

    private const int MaximumTextLength = 255;

    private LogoutToken(string id, string? subject, string? providerSession, DateTimeOffset acceptableUntil) =>
        (Id, Subject, ProviderSession, AcceptableUntil) = (id, subject, providerSession, acceptableUntil);

    /// <summary>Its <c>jti</c>.</summary>
    public string Id { get; }

    public string? Subject { get; }

    /// <summary>Its <c>sid</c>. It has a subject, or this, or both.</summary>
    public string? ProviderSession { get; }

    /// <summary>From then on the token is refused for its age.</summary>
    public DateTimeOffset AcceptableUntil { get; }

    /// <summary>
    /// Judges the claims in the order of section 2.6. Does NOT judge what ID tokens and logout tokens share,
    /// <see cref="SignedTokens"/> does, nor whether the token was used before.
    /// </summary>
    public static Verdict<LogoutToken> Judge(JsonWebToken token, JsonObject claims, OidcOptions options, DateTimeOffset now)
    {
        var (oldest, expires) = (Time(claims, "iat")!.Value + MaximumAge, Time(claims, "exp")!.Value);
        var acceptableUntil = (oldest < expires ? oldest : expires) + options.ClockSkew;
        var reason = Fault(token, claims) ?? (acceptableUntil <= now ? "expected iat within the last hour" : null);
        return reason is not null
            ? new Verdict<LogoutToken>.Refused(reason)
            : new Verdict<LogoutToken>.Accepted(new LogoutToken(
                Text(claims, "jti")!, Text(claims, "sub"), Text(claims, "sid"), acceptableUntil));
    }

    /// <summary>Whether the claims have the logout event, valid or not.</summary>
    public static bool HasEvent(JsonObject claims) => claims["events"] is JsonObject events && events.ContainsKey(Event);

    private static string? Fault(JsonWebToken token, JsonObject claims)
    {
        // 2.4, RFC 8725 section 3.11.
        if (token.TryGetHeaderValue<object>("typ", out _) && !"logout+jwt".Equals(token.Typ, StringComparison.OrdinalIgnoreCase))
            return "expected typ to be absent or logout+jwt";
        // 2.6 (5).
        if (claims.ContainsKey("sub") && !IsFit(claims, "sub")) return Expected("sub");
        if (claims.ContainsKey("sid") && !IsFit(claims, "sid")) return Expected("sid");
        if (!claims.ContainsKey("sub") && !claims.ContainsKey("sid")) return "expected sub or sid";
        // 2.6 (6).
        if (claims["events"] is not JsonObject events || events[Event] is not JsonObject)
            return $"expected events to have the member {Event}, an object";
        // 2.6 (7): with a nonce it could be taken for an ID token.
        if (claims.ContainsKey("nonce")) return "expected no nonce";
        // 2.4 requires it; 2.6 (8) needs it.
        return IsFit(claims, "jti") ? null : Expected("jti");
    }

    private static bool IsFit(JsonObject claims, string name) => Text(claims, name) is { Length: > 0 and <= MaximumTextLength };

    private static string Expected(string name) => $"expected {name} to be a text of 1 to {MaximumTextLength} characters";

    public override string ToString() => nameof(LogoutToken);
}
