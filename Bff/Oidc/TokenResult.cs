namespace Bff.Oidc;

/// <summary>How the token endpoint answered. Refused and unavailable differ in what they mean for a session: it is over, or it waits.</summary>
internal abstract record TokenResult
{
    public sealed record Granted(TokenResponse Tokens) : TokenResult;

    /// <summary>The provider understood and said no.</summary>
    /// <param name="Error">RFC 6749 section 5.2's code, or OpenID Connect Core 3.1.2.6's.</param>
    public sealed record Refused(string Error) : TokenResult;

    /// <summary>No usable answer: time-out, network, 429, 5xx, a broken body, or our own credentials refused.</summary>
    /// <param name="RetryAfter">What the provider asked for, if it did.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter = null) : TokenResult
    {
        /// <summary>What came in an answer that is otherwise unusable, so that it can be kept or revoked.</summary>
        public string? RefreshToken { get; init; }

        /// <summary>Whether the provider is well and means this request: an error object with a code of its own.</summary>
        public bool IsOfThisRequest { get; init; }

        /// <summary>Whether it was 200 with an error and tokens: neither is believed.</summary>
        public bool IsContradictory { get; init; }

        /// <summary>Whether it said 429: too much was asked of it, and more is not to be asked at once.</summary>
        public bool IsThrottled { get; init; }

        public override string ToString() => $"{nameof(Unavailable)} {Reason}";
    }
}
