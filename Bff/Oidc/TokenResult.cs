namespace Bff.Oidc;

/// <summary>How the token endpoint answered. Refused and unavailable differ in what they mean for a session: it is over, or it waits.</summary>
internal abstract record TokenResult
{
    public sealed record Granted(TokenResponse Tokens) : TokenResult;

    /// <summary>The provider understood and said no.</summary>
    /// <param name="Error">RFC 6749 section 5.2's code, or OpenID Connect Core 3.1.2.6's.</param>
    public sealed record Refused(string Error) : TokenResult;

    /// <summary>No usable answer: timeout, network, 429, 5xx, a broken body, another 4xx, or our own credentials refused.</summary>
    /// <param name="RetryAfter">What the provider asked for, if it did.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter = null) : TokenResult
    {
        /// <summary>Whether the provider is well and means this request: any 4xx but 429, or an error with status 200.</summary>
        public bool IsOfThisRequest { get; init; }

        /// <summary>
        /// Whether it may be how this provider says <c>invalid_grant</c>: a 400 without a readable error, or that error with another status.
        /// It may as well come from a proxy in between, so it ends no session whose access token is still valid.
        /// </summary>
        public bool MayBeInvalidGrant { get; init; }

        /// <summary>Whether it was 200 with an error and tokens: neither is believed.</summary>
        public bool IsContradictory { get; init; }

        /// <summary>Whether it said 429: too much was asked of it, and more is not to be asked at once.</summary>
        public bool IsThrottled { get; init; }

        public override string ToString() => $"{nameof(Unavailable)} {Reason}";
    }
}
