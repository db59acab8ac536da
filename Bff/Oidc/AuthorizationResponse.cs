using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Oidc;

/// <summary>What the provider sent to the redirect URI, each parameter at most once (RFC 6749 section 3.1).</summary>
internal sealed record AuthorizationResponse(string State, string? Code, string? Error, string? Issuer)
{
    /// <summary>Longer codes are no codes of any known provider; Cognito's have 36 characters.</summary>
    public const int MaximumCodeLength = 8192;

    // token_type, expires_in and scope mean nothing without a token, and are ignored as any unknown parameter (RFC 6749 section 4.1.2).
    private static readonly string[] Unrequested = ["access_token", "id_token", "response"];

    /// <summary>The response in the query, or null when it has no usable <c>state</c> or repeats a parameter.</summary>
    public static AuthorizationResponse? Read(IQueryCollection query)
    {
        string[] names = ["state", "code", "error", "iss"];
        if (names.Any(name => query[name].Count > 1)) return null;
        return query["state"] is [{ Length: > 0 and <= 128 } state]
            ? new AuthorizationResponse(state, query["code"].FirstOrDefault(), query["error"].FirstOrDefault(), query["iss"].FirstOrDefault())
            {
                Description = query["error_description"].FirstOrDefault(),
                HasTokens = Unrequested.Any(query.ContainsKey),
            }
            : null;
    }

    /// <summary>The provider's words on its <c>error</c>: untrusted, and for the log alone.</summary>
    public string? Description { get; init; }

    /// <summary>Whether it brings what only another <c>response_type</c> or <c>response_mode</c> would: tokens, or a response as a JWT.</summary>
    public bool HasTokens { get; init; }

    /// <summary>
    /// Whether the response carries a code that may be redeemed. That its <c>state</c> belongs to this browser was settled
    /// before, by finding its pending sign-in; this does not check it again.
    /// </summary>
    public AuthorizationVerdict Judge(OpenIdConnectConfiguration metadata)
    {
        // RFC 9207 section 2.4: simple string comparison, and demanded in errors too when the provider announces it.
        if (Issuer is not null && Issuer != metadata.Issuer)
            return new AuthorizationVerdict.Refused("wrong_issuer");
        if (Issuer is null && metadata.AuthorizationResponseIssParameterSupported)
            return new AuthorizationVerdict.Refused("missing_issuer");
        if (Error is not null)
            return new AuthorizationVerdict.Refused(Error, IsOfTheProvider: true);
        // RFC 6749 section 4.2.2, OpenID Connect Core 3.3.2.5 and JARM section 2.3: answers to requests that are not made here.
        if (HasTokens)
            return new AuthorizationVerdict.Refused("unexpected_token");
        if (Code is not { Length: > 0 and <= MaximumCodeLength })
            return new AuthorizationVerdict.Refused("missing_code");
        return new AuthorizationVerdict.Granted(AuthorizationCode.Judged(Code));
    }

    public override string ToString() => nameof(AuthorizationResponse);
}

internal abstract record AuthorizationVerdict
{
    public sealed record Granted(AuthorizationCode Code) : AuthorizationVerdict;

    /// <param name="Error">The provider's <c>error</c> (untrusted text) or this check's own word.</param>
    /// <param name="IsOfTheProvider">Which of the two it is.</param>
    public sealed record Refused(string Error, bool IsOfTheProvider = false) : AuthorizationVerdict;
}

/// <summary>A code that <see cref="AuthorizationResponse.Judge"/> accepted; there is no other way to make one, so no other code can be redeemed.</summary>
internal sealed class AuthorizationCode
{
    private AuthorizationCode(string value) => Value = value;

    public string Value { get; }

    internal static AuthorizationCode Judged(string value) => new(value);

    public override string ToString() => nameof(AuthorizationCode);
}
