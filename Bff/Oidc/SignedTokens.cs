using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using static Bff.Oidc.TokenClaims;

namespace Bff.Oidc;

/// <summary>
/// Judges the JWTs that the provider signs for this client: ID tokens and logout tokens. First the claims, which need no network, then
/// the signature (OpenID Connect Core 3.1.3.7, Back-Channel Logout 2.6).
/// </summary>
internal sealed partial class SignedTokens(ProviderMetadata provider, OidcOptions options, TimeProvider time)
{
    /// <summary>In characters. A longer token is refused before it is parsed; one with hundreds of groups is far shorter.</summary>
    private const int MaximumLength = 64 * 1024;

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };

    // At a refresh the lifetime is not judged: the token came straight from the token endpoint, and a wrong clock must not sign users out.
    public Task<Verdict<IdToken>> JudgeAsync(string idToken, IdTokenExpectation expected, CancellationToken cancellationToken) =>
        JudgeAsync(
            idToken, judgesLifetime: expected is IdTokenExpectation.AtSignIn,
            (token, claims) => IdToken.Judge(token, claims, expected, options), cancellationToken);

    public Task<Verdict<LogoutToken>> JudgeLogoutTokenAsync(string logoutToken, CancellationToken cancellationToken) =>
        JudgeAsync(
            logoutToken, judgesLifetime: true,
            (token, claims) => LogoutToken.Judge(token, claims, options, time.GetUtcNow()), cancellationToken);

    private async Task<Verdict<T>> JudgeAsync<T>(
        string text, bool judgesLifetime, Func<JsonWebToken, JsonObject, Verdict<T>> judge, CancellationToken cancellationToken)
    {
        if (FormFault(text) is { } form) return new Verdict<T>.Refused(form);
        var (token, verdict) = JudgeClaims(text, judgesLifetime, judge);
        if (verdict is not Verdict<T>.Accepted) return verdict;

        if (await provider.GetAsync(cancellationToken) is not { } metadata) return new Verdict<T>.Undecided();
        var result = await handler.ValidateTokenAsync(token, Parameters(metadata));
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // The provider may have rotated its keys since they were read (Core 10.1.1).
            var isCurrent = await provider.ReadKeysAgainAsync(cancellationToken);
            result = await handler.ValidateTokenAsync(token, Parameters((await provider.GetAsync(cancellationToken))!));
            if (!isCurrent && result.Exception is SecurityTokenSignatureKeyNotFoundException) return new Verdict<T>.Undecided();
        }
        return result.IsValid ? verdict : new Verdict<T>.Refused("expected a signature by a key of the provider");
    }

    private static string? FormFault(string text) => text.Length > MaximumLength
        ? $"expected at most 64 KiB ({MaximumLength} characters), got {text.Length}: the provider should put fewer claims into it"
        : CompactForm().IsMatch(text) ? null : "expected a signed JWT: three parts in base64url without padding";

    // RFC 7515 sections 2 and 7.1; the library also accepts padding.
    [GeneratedRegex(@"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\z")]
    private static partial Regex CompactForm();

    private (JsonWebToken? Token, Verdict<T> Verdict) JudgeClaims<T>(
        string text, bool judgesLifetime, Func<JsonWebToken, JsonObject, Verdict<T>> judge)
    {
        try
        {
            var token = new JsonWebToken(text);
            var claims = Read(token);
            var reason = Fault(token, claims) ?? (judgesLifetime ? LifetimeFault(claims) : null);
            return (token, reason is null ? judge(token, claims) : new Verdict<T>.Refused(reason));
        }
        // The one place for whatever the JWT and JSON readers throw at a broken token. Their messages may quote it.
        catch (Exception exception) when (exception is ArgumentException or JsonException or FormatException or InvalidOperationException)
        {
            return (null, new Verdict<T>.Refused("expected a JWT of valid JSON with each name once"));
        }
    }

    /// <summary>What ID tokens and logout tokens share.</summary>
    private string? Fault(JsonWebToken token, JsonObject claims)
    {
        // Core 3.1.3.7 (7). The algorithm is the only value of a token that is logged: it is needed to correct the setting.
        if (!options.AcceptedAlgorithms.Contains(token.Alg))
        {
            return $"expected alg to be one of Oidc:SigningAlgorithms ({string.Join(", ", options.AcceptedAlgorithms)}),"
                + $" got '{ProviderText.Printable(token.Alg, length: 16)}'";
        }
        // RFC 7515 section 4.1.11: no extension is understood here.
        if (token.TryGetHeaderValue<object>("crit", out _)) return "expected no crit";
        if (TypeFault(claims) is { } type) return type;
        // 3.1.3.7 (2), (3).
        if (Text(claims, "iss") != options.Authority) return "expected iss to be Oidc:Authority";
        var audience = claims["aud"] is JsonArray { Count: 1 } list ? list[0] : claims["aud"];
        if (!JsonNode.DeepEquals(audience, options.ClientId)) return "expected aud to be this client alone";
        if (Time(claims, "exp") is null) return "expected exp, which is missing";
        return Time(claims, "iat") is null ? "expected iat, which is missing" : null;
    }

    /// <summary>3.1.3.7 (9) and (10).</summary>
    private string? LifetimeFault(JsonObject claims)
    {
        var (past, future) = (time.GetUtcNow() - options.ClockSkew, time.GetUtcNow() + options.ClockSkew);
        return Time(claims, "exp") <= past ? "expected exp in the future, it is past"
            : Time(claims, "nbf") > future ? "expected nbf, if any, in the past, it is in the future"
            : Time(claims, "iat") > future ? "expected iat not in the future"
            : null;
    }

    private TokenValidationParameters Parameters(OpenIdConnectConfiguration metadata) => new()
    {
        ValidIssuer = metadata.Issuer,
        ValidAudience = options.ClientId,
        ValidAlgorithms = options.AcceptedAlgorithms,
        IssuerSigningKeyResolver = (_, token, kid, _) => SigningKeys.Of(metadata, kid, ((JsonWebToken)token).Alg),
        TryAllIssuerSigningKeys = false,
        RequireSignedTokens = true,
        // Judged before, by the injected clock.
        ValidateLifetime = false,
    };
}
