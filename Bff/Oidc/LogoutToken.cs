using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Bff.Oidc;

/// <summary>What the provider wants ended (OpenID Connect Back-Channel Logout 2.4). Only the judge makes one.</summary>
internal sealed class LogoutToken
{
    /// <summary>A token older than this is refused, so that the ids of those that were carried out need not be kept for longer.</summary>
    public static readonly TimeSpan MaximumAge = TimeSpan.FromHours(1);

    private const string Event = "http://schemas.openid.net/event/backchannel-logout";

    private const int MaximumTextLength = 255;

    private LogoutToken(string id, string? subject, string? providerSession, DateTimeOffset acceptableUntil) =>
        (Id, Subject, ProviderSession, AcceptableUntil) = (id, subject, providerSession, acceptableUntil);

    /// <summary>Its <c>jti</c>.</summary>
    public string Id { get; }

    public string? Subject { get; }

    /// <summary>Its <c>sid</c>; it or the subject is there.</summary>
    public string? ProviderSession { get; }

    /// <summary>From then on the token is refused for its age alone.</summary>
    public DateTimeOffset AcceptableUntil { get; }

    /// <summary>Judges what the token says, in the order of section 2.6. Does NOT judge who signed it for whom, nor its <c>exp</c>: <see cref="SignedTokens"/> has done that.</summary>
    public static LogoutTokenVerdict Judge(JsonWebToken token, OidcOptions options, DateTimeOffset now)
    {
        if (IdTokenClaims.Read(token) is not { } claims) return new LogoutTokenVerdict.Invalid("expected each claim once");
        var youngest = token.IssuedAt + MaximumAge < token.ValidTo ? token.IssuedAt + MaximumAge : token.ValidTo;
        var acceptableUntil = new DateTimeOffset(youngest, TimeSpan.Zero) + options.ClockSkew;
        return (Fault(token, claims) ?? (acceptableUntil <= now ? "expected iat within the last hour" : null)) is { } fault
            ? new LogoutTokenVerdict.Invalid(fault)
            : new LogoutTokenVerdict.Valid(new LogoutToken(Text(claims, "jti")!, Text(claims, "sub"), Text(claims, "sid"), acceptableUntil));
    }

    /// <summary>Whether these are the claims of a logout token, well made or not.</summary>
    public static bool IsMeant(JsonObject claims) => claims["events"] is JsonObject events && events.ContainsKey(Event);

    private static string? Fault(JsonWebToken token, JsonObject claims)
    {
        // 2.4, and RFC 8725 section 3.11: a token that says it is of another kind is.
        if (token.TryGetHeaderValue<object>("typ", out _) && !"logout+jwt".Equals(token.Typ, StringComparison.OrdinalIgnoreCase)) return "expected typ to be absent or logout+jwt";
        // 2.6 (5): each is a text where it is present, and one of the two is.
        if (!IsTextOrAbsent(claims, "sub")) return $"expected sub to be a text of 1 to {MaximumTextLength} characters";
        if (!IsTextOrAbsent(claims, "sid")) return $"expected sid to be a text of 1 to {MaximumTextLength} characters";
        if (Text(claims, "sub") is null && Text(claims, "sid") is null) return "expected sub or sid";
        // 2.6 (6).
        if (claims["events"] is not JsonObject events || events[Event] is not JsonObject) return $"expected events to have the member {Event}, an object";
        // 2.6 (7): it would make an ID token of it.
        if (claims.ContainsKey("nonce")) return "expected no nonce";
        // 2.4 requires it; 2.6 (8) needs it.
        return Text(claims, "jti") is null ? $"expected jti to be a text of 1 to {MaximumTextLength} characters" : null;
    }

    private static bool IsTextOrAbsent(JsonObject claims, string name) => !claims.ContainsKey(name) || Text(claims, name) is not null;

    private static string? Text(JsonObject claims, string name) =>
        claims[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 and <= MaximumTextLength } text ? text : null;

    public override string ToString() => nameof(LogoutToken);
}
