using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using static Bff.Oidc.TokenClaims;

namespace Bff.Oidc;

/// <summary>Who signed in at the provider. Only <see cref="SignedTokens"/> makes one.</summary>
internal sealed class IdToken
{
    private const int MaximumSubjectLength = 255;

    private static readonly string[] ProtocolClaims =
    [
        "iss", "aud", "exp", "iat", "nbf", "nonce", "at_hash", "c_hash", "jti", "origin_jti", "event_id", "token_use", "azp", "sub",
    ];

    private IdToken(string subject, JsonObject claims) => (Subject, Claims) = (subject, claims);

    public string Subject { get; }

    /// <summary>The claims about the user, without the protocol's own.</summary>
    public JsonObject Claims { get; }

    /// <summary>
    /// Judges the claims of OpenID Connect Core 3.1.3.7 and 12.2. Does NOT judge what ID tokens and logout tokens share;
    /// <see cref="SignedTokens"/> does.
    /// </summary>
    public static Verdict<IdToken> Judge(JsonWebToken token, JsonObject claims, IdTokenExpectation expected, OidcOptions options)
    {
        var reason = Fault(token, claims, expected.AccessToken, options) ?? expected switch
        {
            IdTokenExpectation.AtSignIn signIn => SignInFault(claims, signIn, options.ClockSkew),
            IdTokenExpectation.AtRefresh refresh => RefreshFault(claims, refresh),
            _ => throw new InvalidOperationException($"No such expectation: {expected}"),
        };
        if (reason is not null) return new Verdict<IdToken>.Refused(reason);

        var subject = Text(claims, "sub")!;
        foreach (var name in ProtocolClaims) claims.Remove(name);
        return new Verdict<IdToken>.Accepted(new IdToken(subject, claims));
    }

    private static string? Fault(JsonWebToken token, JsonObject claims, string accessToken, OidcOptions options)
    {
        // RFC 8725 section 3.11.
        if (token.Typ is { Length: > 0 } typ && !typ.Equals("JWT", StringComparison.OrdinalIgnoreCase))
            return "expected typ to be absent or JWT";
        // The same keys sign logout tokens for the same client, and those need no typ (RFC 8725 section 3.12).
        if (LogoutToken.HasEvent(claims)) return "expected no logout event";
        // Core 2.
        if (Text(claims, "sub") is not { Length: > 0 and <= MaximumSubjectLength })
            return "expected sub to be a text of 1 to 255 characters";
        // 3.1.3.7 (4), (5).
        if (Text(claims, "azp") is { } party && party != options.ClientId) return "expected azp to be this client";
        // Cognito's access tokens are JWTs of the same issuer and keys.
        if (options.IsCognito && Text(claims, "token_use") != "id") return "expected token_use to be id";
        // 3.1.3.8: optional in the code flow, binding where present.
        return Text(claims, "at_hash") is { } hash && hash != AccessTokenHash(token.Alg, accessToken)
            ? "expected at_hash to match the access token"
            : null;
    }

    private static string? SignInFault(JsonObject claims, IdTokenExpectation.AtSignIn expected, TimeSpan skew)
    {
        // 3.1.3.7 (11).
        if (Text(claims, "nonce") != expected.Nonce) return "expected the nonce of the authorization request";
        // 3.1.3.7 (10).
        var earliest = WholeSeconds(expected.RequestedAt - skew);
        if (Time(claims, "iat") < earliest) return "expected iat not before the authorization request";
        if (expected.MaxAge is not { } seconds) return null;
        // 3.1.3.7 (13), measured at the request: a person may take minutes between the password and the consent.
        return Time(claims, "auth_time") is { } authTime
            && authTime >= earliest - TimeSpan.FromSeconds(seconds) && authTime <= Time(claims, "iat") + skew
            ? null
            : "expected auth_time within the requested max_age";
    }

    // As a provider writes times, rounded down.
    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    // Core 12.2. A moved auth_time is the provider's fault and not the user's.
    private static string? RefreshFault(JsonObject claims, IdTokenExpectation.AtRefresh expected) =>
        Text(claims, "sub") != expected.Subject ? "expected sub to stay the same at a refresh"
        : Text(claims, "nonce") is { } nonce && nonce != expected.Nonce ? "expected the nonce of the authorization request"
        : null;

    /// <summary>The left half of the hash that belongs to the signature's algorithm (Core 3.1.3.6).</summary>
    private static string AccessTokenHash(string algorithm, string accessToken)
    {
        var bytes = Encoding.ASCII.GetBytes(accessToken);
        var hash = algorithm[^3..] switch
        {
            "384" => SHA384.HashData(bytes),
            "512" => SHA512.HashData(bytes),
            _ => SHA256.HashData(bytes),
        };
        return Base64Url.EncodeToString(hash.AsSpan(0, hash.Length / 2));
    }

    public override string ToString() => nameof(IdToken);
}
