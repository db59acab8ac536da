using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Bff.Oidc;

/// <summary>Judges ID tokens (OpenID Connect Core 3.1.3.7): what they share with other tokens of the provider by <see cref="SignedTokens"/>, the rest here.</summary>
internal sealed class IdTokenValidator(SignedTokens tokens, OidcOptions options, TimeProvider time)
{
    private const int MaximumSubjectLength = 255;

    public async Task<IdTokenVerdict> ValidateAsync(string idToken, IdTokenExpectation expected, CancellationToken cancellationToken) =>
        await tokens.VerifyAsync(idToken, cancellationToken) switch
        {
            SignedTokenVerdict.Genuine genuine => Judge(genuine.Token, expected),
            SignedTokenVerdict.Invalid invalid => new IdTokenVerdict.Invalid(invalid.Reason),
            SignedTokenVerdict.Untimely untimely => Judge(untimely.Token, expected) as IdTokenVerdict.Invalid ?? new IdTokenVerdict.Invalid(untimely.Reason, MayBeTheClock: true),
            SignedTokenVerdict.Undecided { Token: { } token } when Judge(token, expected) is IdTokenVerdict.Invalid fault => fault,
            SignedTokenVerdict.Undecided => new IdTokenVerdict.Undecided(),
            var unknown => throw new InvalidOperationException($"No such verdict: {unknown}"),
        };

    /// <summary>All that does not depend on keys.</summary>
    private IdTokenVerdict Judge(JsonWebToken token, IdTokenExpectation expected)
    {
        if (IdTokenClaims.Read(token) is not { } claims) return new IdTokenVerdict.Invalid("expected each claim once");
        // Signed by the same keys for the same client: a logout token without typ is an ID token but for this (RFC 8725 section 3.12).
        if (LogoutToken.IsMeant(claims)) return new IdTokenVerdict.Invalid("expected no logout event");
        return (IdTokenClaims.TypeFault(claims) ?? Fault(token, expected)) is { } fault
            ? new IdTokenVerdict.Invalid(fault)
            : new IdTokenVerdict.Valid(token.Subject, IdTokenClaims.OfUser(claims));
    }

    private string? Fault(JsonWebToken token, IdTokenExpectation expected)
    {
        var now = time.GetUtcNow();

        // Core 2: a subject of at most 255 characters; typ, where present, says JWT (RFC 8725 section 3.11).
        if (token.Subject is not { Length: > 0 and <= MaximumSubjectLength }) return "expected sub to be a text of 1 to 255 characters";
        if (token.Typ is { Length: > 0 } typ && !typ.Equals("JWT", StringComparison.OrdinalIgnoreCase)) return "expected typ to be absent or JWT";
        // 3.1.3.7 (4), (5): azp, where present, names this client.
        if (token.TryGetPayloadValue<string>("azp", out var party) && party != options.ClientId) return "expected azp to be this client";
        // 3.1.3.7 (10): no token is older than the request that it answers.
        if (expected.RequestedAt is { } requestedAt && token.GetPayloadValue<long>("iat") < (requestedAt - options.ClockSkew).ToUnixTimeSeconds()) return "expected iat not before the authorization request";
        // Cognito's access tokens are JWTs of the same issuer and keys.
        if (options.IsCognito && !(token.TryGetPayloadValue<string>("token_use", out var use) && use == "id")) return "expected token_use to be id";
        // 3.1.3.7 (11), and 12.2: at a refresh it may be absent, never different.
        if (NonceFault(token, expected) is { } nonceFault) return nonceFault;
        // 3.1.3.8: optional in the code flow, binding where present.
        if (token.TryGetPayloadValue<string>("at_hash", out var hash) && hash != AccessTokenHash(token, expected.AccessToken))
            return "expected at_hash to match the access token";
        // 3.1.3.7 (13), as it was when it was asked for: a person may take minutes between the password and the consent.
        if (expected.MaxAge is { } maxAge && !(token.TryGetPayloadValue<long>("auth_time", out var authTime)
            && authTime >= ((expected.RequestedAt ?? now) - options.ClockSkew).ToUnixTimeSeconds() - maxAge && authTime <= (now + options.ClockSkew).ToUnixTimeSeconds()))
            return "expected auth_time within the requested max_age";
        // 12.2: the same user. Issuer and audience were compared to the settings; a moved auth_time is not the user's fault.
        var isAnotherUser = expected.Previous is { } previous && token.Subject != new JsonWebToken(previous).Subject;
        return isAnotherUser ? "expected sub to stay the same at a refresh" : null;
    }

    private static string? NonceFault(JsonWebToken token, IdTokenExpectation expected)
    {
        var present = token.TryGetPayloadValue<string>("nonce", out var nonce);
        var required = expected.Nonce ?? (present && expected.Previous is { } previous && new JsonWebToken(previous).TryGetPayloadValue<string>("nonce", out var earlier) ? earlier : null);
        return (required is null && !present) || (required is not null && nonce == required) ? null : "expected the nonce of the authorization request";
    }

    /// <summary>The left half of the hash that belongs to the signature's algorithm (Core 3.1.3.6).</summary>
    private static string AccessTokenHash(JsonWebToken token, string accessToken)
    {
        var bytes = Encoding.ASCII.GetBytes(accessToken);
        // Its last three digits are the hash's bits: only algorithms of that form are accepted.
        var hash = token.Alg[^3..] switch
        {
            "384" => SHA384.HashData(bytes),
            "512" => SHA512.HashData(bytes),
            _ => SHA256.HashData(bytes),
        };
        return Base64Url.EncodeToString(hash.AsSpan(0, hash.Length / 2));
    }
}
