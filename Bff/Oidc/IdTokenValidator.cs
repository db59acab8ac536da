using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Oidc;

/// <summary>Judges ID tokens (OpenID Connect Core 3.1.3.7): signature, issuer, audience and times by Microsoft.IdentityModel, the rest here.</summary>
internal sealed class IdTokenValidator(ProviderMetadata provider, OidcOptions options, TimeProvider time)
{
    /// <summary>More is refused before anything is parsed; a legitimate token with hundreds of groups stays far below.</summary>
    public const int MaximumLength = 64 * 1024;

    private const int MaximumSubjectLength = 255;

    private static readonly string[] ProtocolClaims =
        ["iss", "aud", "exp", "iat", "nbf", "nonce", "at_hash", "c_hash", "jti", "origin_jti", "event_id", "token_use", "azp", "sub"];

    private static readonly string[] TextClaims = ["sub", "nonce", "at_hash", "azp", "token_use"];

    private static readonly string[] TimeClaims = ["exp", "iat", "nbf", "auth_time"];

    private readonly JsonWebTokenHandler handler = new() { MaximumTokenSizeInBytes = MaximumLength, MapInboundClaims = false };

    public async Task<IdTokenVerdict> ValidateAsync(string idToken, IdTokenExpectation expected, CancellationToken cancellationToken)
    {
        if (await provider.GetAsync(cancellationToken) is not { } metadata) return new IdTokenVerdict.Undecided();

        var result = await handler.ValidateTokenAsync(idToken, Parameters(metadata));
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // The provider may have rotated its keys since they were read (Core 10.1.1): look once more, then decide.
            if (await provider.GetAnewAsync(cancellationToken) is not { } renewed) return new IdTokenVerdict.Undecided();
            result = await handler.ValidateTokenAsync(idToken, Parameters(renewed));
        }
        if (!result.IsValid) return new IdTokenVerdict.Invalid(result.Exception?.GetType().Name ?? "not valid");

        var token = (JsonWebToken)result.SecurityToken;
        if (ReadClaims(token) is not { } claims) return new IdTokenVerdict.Invalid("expected each claim once");
        return (TypeFault(claims) ?? Judge(token, expected)) is { } fault
            ? new IdTokenVerdict.Invalid(fault)
            : new IdTokenVerdict.Valid(token.Subject, UserClaims(claims));
    }

    private string? Judge(JsonWebToken token, IdTokenExpectation expected)
    {
        var now = time.GetUtcNow();

        // Core 2: a subject of at most 255 characters; typ, where present, says JWT (RFC 8725 section 3.11).
        if (token.Subject is not { Length: > 0 and <= MaximumSubjectLength }) return "expected sub to be a text of 1 to 255 characters";
        if (token.Typ is { Length: > 0 } typ && !typ.Equals("JWT", StringComparison.OrdinalIgnoreCase)) return "expected typ to be absent or JWT";
        // RFC 7515 section 4.1.11: what is critical and not understood refuses the token; no extension is understood here.
        if (token.TryGetHeaderValue<object>("crit", out _)) return "expected no crit";
        // 3.1.3.7 (3)-(5): no audience but this client, and azp, where present, names it.
        if (token.Audiences.Count() != 1) return "expected aud to be this client alone";
        if (token.TryGetPayloadValue<string>("azp", out var party) && party != options.ClientId) return "expected azp to be this client";
        // 3.1.3.7 (10): iat is required and not in the future.
        if (!token.TryGetPayloadValue<long>("iat", out _) || token.IssuedAt > (now + options.ClockSkew).UtcDateTime) return "expected iat, not in the future";
        // Cognito's access tokens are JWTs of the same issuer and keys.
        if (options.IsCognito && !(token.TryGetPayloadValue<string>("token_use", out var use) && use == "id")) return "expected token_use to be id";
        // 3.1.3.7 (11), and 12.2: at a refresh it may be absent, never different.
        if (NonceFault(token, expected) is { } nonceFault) return nonceFault;
        // 3.1.3.8: optional in the code flow, binding where present.
        if (token.TryGetPayloadValue<string>("at_hash", out var hash) && hash != AccessTokenHash(token, expected.AccessToken))
            return "expected at_hash to match the access token";
        // 3.1.3.7 (13).
        if (expected.MaxAge is { } maxAge && !(token.TryGetPayloadValue<long>("auth_time", out var authTime)
            && authTime >= (now - options.ClockSkew).ToUnixTimeSeconds() - maxAge && authTime <= (now + options.ClockSkew).ToUnixTimeSeconds()))
            return "expected auth_time within the requested max_age";
        return expected.Previous is { } previous ? SuccessionFault(token, new JsonWebToken(previous)) : null;
    }

    private static string? NonceFault(JsonWebToken token, IdTokenExpectation expected)
    {
        var present = token.TryGetPayloadValue<string>("nonce", out var nonce);
        var required = expected.Nonce ?? (present && expected.Previous is { } previous && new JsonWebToken(previous).TryGetPayloadValue<string>("nonce", out var earlier) ? earlier : null);
        return (required is null && !present) || (required is not null && nonce == required) ? null : "expected the nonce of the authorization request";
    }

    /// <summary>Core 12.2: the same user, and the same act of authentication. Issuer and audience were compared to the settings already.</summary>
    private static string? SuccessionFault(JsonWebToken token, JsonWebToken previous)
    {
        if (token.Subject != previous.Subject) return "expected sub to stay the same at a refresh";
        if (token.TryGetPayloadValue<long>("auth_time", out var authTime) && previous.TryGetPayloadValue<long>("auth_time", out var earlier) && authTime != earlier) return "expected auth_time to stay the same at a refresh";
        return null;
    }

    private TokenValidationParameters Parameters(OpenIdConnectConfiguration metadata) => new()
    {
        ValidIssuer = metadata.Issuer,
        ValidAudience = options.ClientId,
        ValidAlgorithms = options.AcceptedAlgorithms,
        IssuerSigningKeyResolver = (_, _, kid, _) => SigningKeys.Of(metadata, kid),
        TryAllIssuerSigningKeys = false,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        // Without a delegate the handler reads the machine's clock itself.
        LifetimeValidator = (notBefore, expires, _, _) =>
            expires is not null && expires > (time.GetUtcNow() - options.ClockSkew).UtcDateTime
            && (notBefore is null || notBefore <= (time.GetUtcNow() + options.ClockSkew).UtcDateTime),
    };

    /// <summary>The left half of the hash that belongs to the signature's algorithm (Core 3.1.3.6).</summary>
    private static string AccessTokenHash(JsonWebToken token, string accessToken)
    {
        var bytes = Encoding.ASCII.GetBytes(accessToken);
        var hash = token.Alg[2..] switch
        {
            "384" => SHA384.HashData(bytes),
            "512" => SHA512.HashData(bytes),
            _ => SHA256.HashData(bytes),
        };
        return Base64Url.EncodeToString(hash.AsSpan(0, hash.Length / 2));
    }

    /// <summary>A claim of the wrong JSON type is refused before anything converts it kindly (RFC 7519 section 4.1, Core 2).</summary>
    private static string? TypeFault(JsonObject claims)
    {
        bool Is(string name, JsonValueKind kind) => !claims.TryGetPropertyValue(name, out var value) || value?.GetValueKind() == kind;

        return Array.Find(TextClaims, name => !Is(name, JsonValueKind.String)) is { } text ? $"expected {text} to be a text"
            : Array.Find(TimeClaims, name => !Is(name, JsonValueKind.Number)) is { } time ? $"expected {time} to be a number"
            : null;
    }

    /// <summary>The payload, or null where a name occurs twice: which of the two counts would be a guess (RFC 7519 section 4).</summary>
    private static JsonObject? ReadClaims(JsonWebToken token)
    {
        try
        {
            return JsonNode.Parse(Base64Url.DecodeFromChars(token.EncodedPayload), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            return null;
        }
    }

    private static JsonObject UserClaims(JsonObject claims)
    {
        foreach (var name in ProtocolClaims) claims.Remove(name);
        return claims;
    }
}
