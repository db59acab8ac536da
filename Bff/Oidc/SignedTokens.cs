using System.Text.RegularExpressions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Oidc;

/// <summary>
/// Verifies the JWTs that the provider signs for this client, ID tokens and logout tokens: signature, issuer, audience and times
/// are judged in the same way for both (OpenID Connect Core 3.1.3.7, Back-Channel Logout 2.6). Does NOT judge which of the two it is.
/// </summary>
internal sealed partial class SignedTokens(ProviderMetadata provider, OidcOptions options, TimeProvider time)
{
    /// <summary>In characters. More is refused before anything is parsed; a token with hundreds of groups stays far below.</summary>
    private const int MaximumLength = 64 * 1024;

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };

    public async Task<SignedTokenVerdict> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length > MaximumLength)
        {
            return new SignedTokenVerdict.Invalid(
                $"expected at most 64 KiB ({MaximumLength} characters), got {token.Length}: the provider should put fewer claims into it");
        }
        if (!CompactForm().IsMatch(token))
            return new SignedTokenVerdict.Invalid("expected a signed JWT: three parts in base64url without padding");

        var readsBefore = provider.ReadsBegun;
        if (await provider.GetAsync(cancellationToken) is not { } metadata) return new SignedTokenVerdict.Undecided(null);

        var result = await handler.ValidateTokenAsync(token, Parameters(metadata));
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // The provider may have rotated its keys since they were read (Core 10.1.1): look once more, then decide.
            var (renewed, isCurrent) = await provider.GetAnewAsync(readsBefore, cancellationToken);
            result = await handler.ValidateTokenAsync(token, Parameters(renewed ?? metadata));
            // Keys that were read before the token came say nothing against it; what it says about itself may.
            if (!isCurrent && result.Exception is SecurityTokenSignatureKeyNotFoundException)
            {
                var unknown = new JsonWebToken(token);
                return (Fault(unknown) ?? TimeFault(unknown)) is { } contradiction ? new SignedTokenVerdict.Invalid(contradiction) : new SignedTokenVerdict.Undecided(unknown);
            }
        }
        if (!result.IsValid)
        {
            var received = result.TokenOnFailedValidation as JsonWebToken;
            return new SignedTokenVerdict.Invalid(AlgorithmFault(received) ?? Expected(result.Exception));
        }

        var signed = (JsonWebToken)result.SecurityToken;
        if (Fault(signed) is { } fault) return new SignedTokenVerdict.Invalid(fault);
        return TimeFault(signed) is { } timeFault ? new SignedTokenVerdict.Untimely(signed, timeFault) : new SignedTokenVerdict.Genuine(signed);
    }

    // RFC 7515 sections 2 and 7.1; the handler would also take padding. An empty signature is refused with its algorithm.
    [GeneratedRegex(@"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\z")]
    private static partial Regex CompactForm();

    /// <summary>What the handler would have had; its own message quotes the token.</summary>
    private static string Expected(Exception? fault) => fault switch
    {
        SecurityTokenInvalidIssuerException => "expected iss to be Oidc:Authority",
        SecurityTokenInvalidAudienceException => "expected aud to be this client alone",
        // The delegate refuses nothing else.
        SecurityTokenInvalidLifetimeException => "expected exp, which is missing or no number",
        SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidSignatureException or SecurityTokenInvalidSigningKeyException
            => "expected a signature by a key of the provider",
        SecurityTokenMalformedException or ArgumentException => "expected a signed JWT",
        _ => "expected a valid JWT",
    };

    /// <summary>What the handler does not look at, or not before it knows a key.</summary>
    private string? Fault(JsonWebToken token)
    {
        // 3.1.3.7 (7).
        if (AlgorithmFault(token) is { } algorithm) return algorithm;
        // RFC 7515 section 4.1.11: what is critical and not understood refuses the token; no extension is understood here.
        if (token.TryGetHeaderValue<object>("crit", out _)) return "expected no crit";
        // 3.1.3.7 (3): no audience but this client.
        if (token.Audiences.Count() != 1) return "expected aud to be this client alone";
        // 3.1.3.7 (10).
        return token.TryGetPayloadValue<long>("iat", out _) ? null : "expected iat, which is missing or no number";
    }

    /// <summary>The algorithm is the only value of a token that is logged: operators need it to correct Oidc:SigningAlgorithms.</summary>
    private string? AlgorithmFault(JsonWebToken? token) => token is null || options.AcceptedAlgorithms.Contains(token.Alg) ? null
        : $"expected alg to be one of Oidc:SigningAlgorithms ({string.Join(", ", options.AcceptedAlgorithms)}),"
        + $" got '{ProviderText.Printable(token.Alg, length: 16)}'";

    /// <summary>3.1.3.7 (9) and (10), after everything else: what else is wrong with a token is not the clock's fault.</summary>
    private string? TimeFault(JsonWebToken token)
    {
        var (past, future) = ((time.GetUtcNow() - options.ClockSkew).UtcDateTime, (time.GetUtcNow() + options.ClockSkew).UtcDateTime);
        return token.ValidTo <= past ? "expected exp in the future, it is past"
            : token.ValidFrom > future ? "expected nbf, if any, in the past, it is in the future"
            : token.IssuedAt > future ? "expected iat not in the future" : null;
    }

    private TokenValidationParameters Parameters(OpenIdConnectConfiguration metadata) => new()
    {
        ValidIssuer = metadata.Issuer,
        ValidAudience = options.ClientId,
        ValidAlgorithms = options.AcceptedAlgorithms,
        IssuerSigningKeyResolver = (_, token, kid, _) => SigningKeys.Of(metadata, kid, ((JsonWebToken)token).Alg),
        TryAllIssuerSigningKeys = false,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        IncludeTokenOnFailedValidation = true,
        // Without a delegate the handler reads the machine's clock itself; the times are judged last.
        LifetimeValidator = (_, expires, _, _) => expires is not null,
    };
}
