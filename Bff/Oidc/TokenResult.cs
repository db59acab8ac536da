namespace Bff.Oidc;

/// <summary>How the token endpoint answered. Refused and unavailable differ in what they mean for a session: it is over, or it waits.</summary>
internal abstract record TokenResult
{
    public sealed record Granted(TokenResponse Tokens) : TokenResult;

    /// <summary>The provider understood and said no.</summary>
    /// <param name="Error">RFC 6749 section 5.2's code, or <c>invalid_response</c> where it was none of them.</param>
    public sealed record Refused(string Error) : TokenResult;

    /// <summary>No usable answer: time-out, network, 429, 5xx, a broken body, or our own credentials refused.</summary>
    /// <param name="RetryAfter">What the provider asked for, if it did.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter = null) : TokenResult;
}
