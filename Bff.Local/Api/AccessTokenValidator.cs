using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Bff.Local.Api;

/// <summary>
/// Judges a Cognito access token as any API behind this BFF has to. It does not ask the user pool whether the token was revoked:
/// Cognito offers no way to.
/// </summary>
internal sealed class AccessTokenValidator(ApiOptions options, IssuerKeys keys, TimeProvider clock)
{
    private readonly JsonWebTokenHandler handler = new();

    public async Task<AccessTokenVerdict> JudgeAsync(string? authorization, CancellationToken cancellation)
    {
        const string scheme = "Bearer ";
        if (authorization is null || !authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return new AccessTokenVerdict.Missing();
        }

        if (!TryRead(authorization[scheme.Length..], out var jwt))
        {
            return new AccessTokenVerdict.Invalid("not a token");
        }

        if (await keys.ForAsync(jwt.Kid, cancellation) is not { } signingKeys)
        {
            return new AccessTokenVerdict.KeysUnavailable();
        }

        var result = await handler.ValidateTokenAsync(jwt, Parameters(signingKeys));
        return result.IsValid ? JudgeClaims(jwt) : new AccessTokenVerdict.Invalid(Reason(result.Exception));
    }

    private AccessTokenVerdict JudgeClaims(JsonWebToken jwt)
    {
        // An ID token of the same user pool has the same issuer and keys.
        if (!jwt.TryGetPayloadValue("token_use", out string use) || use != "access")
        {
            return new AccessTokenVerdict.Invalid("not an access token");
        }

        if (!jwt.TryGetPayloadValue("client_id", out string client) || client != options.ClientId)
        {
            return new AccessTokenVerdict.Invalid("for another client");
        }

        var token = AccessToken.From(jwt);
        return token.Scope.Split(' ').Contains(options.RequiredScope)
            ? new AccessTokenVerdict.Accepted(token)
            : new AccessTokenVerdict.InsufficientScope(options.RequiredScope);
    }

    private TokenValidationParameters Parameters(IEnumerable<SecurityKey> signingKeys) => new()
    {
        IssuerSigningKeys = signingKeys,
        ValidIssuer = options.Issuer,
        ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        // There is no "aud" in Cognito's access tokens, and no "typ": client_id and token_use stand for them, above.
        ValidateAudience = false,
        LifetimeValidator = (notBefore, expires, _, _) =>
            expires is { } end && clock.GetUtcNow().UtcDateTime < end + options.ClockSkew
            && (notBefore is not { } start || clock.GetUtcNow().UtcDateTime > start - options.ClockSkew)
    };

    private bool TryRead(string token, out JsonWebToken jwt)
    {
        try
        {
            jwt = handler.ReadJsonWebToken(token);
            return true;
        }
        catch (ArgumentException)
        {
            jwt = null!;
            return false;
        }
    }

    // The library's own messages quote the token.
    private static string Reason(Exception error) => error switch
    {
        SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException => "expired",
        SecurityTokenInvalidIssuerException => "of another issuer",
        SecurityTokenSignatureKeyNotFoundException => "signed by an unknown key",
        SecurityTokenInvalidSignatureException or SecurityTokenInvalidAlgorithmException => "signature not valid",
        _ => "not a valid token"
    };
}
