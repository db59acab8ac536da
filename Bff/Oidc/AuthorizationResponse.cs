using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Oidc;

/// <summary>What the provider sent to the redirect URI, each parameter at most once (RFC 6749 section 3.1).</summary>
internal sealed record AuthorizationResponse(string State, string? Code, string? Error, string? Issuer)
{
    /// <summary>No known provider has longer codes; Cognito's have 36 characters.</summary>
    public const int MaximumCodeLength = 8192;

    private const int MaximumStateLength = 128;

    private static readonly string[] OncePerResponse = ["state", "code", "error", "iss"];

    // Without a token, token_type, expires_in and scope mean nothing and are ignored (RFC 6749 section 4.1.2).
    private static readonly string[] Unrequested = ["access_token", "id_token", "response"];

    /// <summary>The response in the query; null when it has no usable <c>state</c> or repeats a parameter.</summary>
    public static AuthorizationResponse? Read(IQueryCollection query)
    {
        if (OncePerResponse.Any(name => query[name].Count > 1)) return null;
        if (query["state"] is not [{ Length: > 0 and <= MaximumStateLength } state]) return null;
        return new AuthorizationResponse(
            state, query["code"].FirstOrDefault(), query["error"].FirstOrDefault(), query["iss"].FirstOrDefault())
        {
            Description = query["error_description"].FirstOrDefault(),
            HasTokens = Unrequested.Any(query.ContainsKey),
        };
    }

    /// <summary>The provider's text about its <c>error</c>: untrusted, and for the log only.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// Whether it has what only another <c>response_type</c> or <c>response_mode</c> brings: tokens, or a response as a JWT.
    /// </summary>
    public bool HasTokens { get; init; }

    /// <summary>
    /// Whether the response has a code that may be redeemed. Does NOT judge its <c>state</c>: the caller has found this browser's
    /// pending sign-in by it.
    /// </summary>
    public AuthorizationVerdict Judge(OpenIdConnectConfiguration metadata)
    {
        // RFC 9207 section 2.4: simple string comparison, also in errors.
        if (Issuer is not null && Issuer != metadata.Issuer) return new AuthorizationVerdict.Refused("wrong_issuer");
        if (Issuer is null && metadata.AuthorizationResponseIssParameterSupported)
            return new AuthorizationVerdict.Refused("missing_issuer");
        if (Error is not null) return new AuthorizationVerdict.Denied(Error);
        // RFC 6749 section 4.2.2, OpenID Connect Core 3.3.2.5, JARM section 2.3: responses to requests that are not made here.
        if (HasTokens) return new AuthorizationVerdict.Refused("unexpected_token");
        return Code is { Length: > 0 and <= MaximumCodeLength }
            ? new AuthorizationVerdict.Granted(AuthorizationCode.Judged(Code))
            : new AuthorizationVerdict.Refused("missing_code");
    }

    public override string ToString() => nameof(AuthorizationResponse);
}
