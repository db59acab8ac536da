namespace Bff.Oidc;

/// <summary>How the token endpoint answered.</summary>
internal abstract record TokenResult
{
    public sealed record Granted(TokenResponse Tokens) : TokenResult;

    /// <summary>The provider understood the request and refused it.</summary>
    /// <param name="Error">A code of RFC 6749 section 5.2 or OpenID Connect Core 3.1.2.6.</param>
    public sealed record Refused(string Error) : TokenResult;

    /// <summary>No usable answer: timeout, network, 429, 5xx, a broken body, another 4xx, or this client's credentials refused.</summary>
    /// <param name="RetryAfter">What the provider asked for; null when it did not.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter = null) : TokenResult
    {
        /// <summary>
        /// Whether the provider works and the answer is about this request alone: any 4xx but 429, or an error with status 200.
        /// </summary>
        public bool IsProviderWell { get; init; }

        /// <summary>
        /// Whether it may be how this provider says <c>invalid_grant</c>: a 400 without a readable error, or that error with another
        /// status. A proxy may have sent it, so it ends no session whose access token is still valid.
        /// </summary>
        public bool MayBeInvalidGrant { get; init; }

        /// <summary>Whether the answer has an error and tokens with status 200: neither is used.</summary>
        public bool IsContradictory { get; init; }

        /// <summary>The refresh token of an unusable answer with status 200, to be revoked at a sign-in; null when it has none.</summary>
        public string? RefreshToken { get; init; }

        public override string ToString() => $"{nameof(Unavailable)} {Reason}";
    }

    /// <summary>Judges an answer of the token endpoint by its form. An answer with tokens and an error grants nothing.</summary>
    public static TokenResult Judge(int status, byte[] body, TimeSpan? retryAfter)
    {
        if (status == 200 && TokenResponse.Read(body) is { } tokens) return new Granted(tokens);

        var error = TokenError.Read(body);
        // RFC 6749 section 5.2. Wrong credentials of this client end no session.
        if (status is 400 or 401 && error is { IsRegistered: true, Error: not TokenError.InvalidClient }) return new Refused(error.Error);

        var reason = status is not (200 or 400 or 401) ? $"status {status}"
            : error?.Error == TokenError.InvalidClient ? TokenError.InvalidClient
            : "invalid_response";
        return new Unavailable(reason, retryAfter)
        {
            IsProviderWell = status == 200 ? error is not null : status is >= 400 and < 500 and not 429,
            MayBeInvalidGrant = error is { IsBesideToken: false, Error: TokenError.InvalidGrant }
                || (status == 400 && string.IsNullOrEmpty(error?.Error)),
            IsContradictory = status == 200 && error is { IsBesideToken: true },
            RefreshToken = status == 200 ? TokenResponse.ReadRefreshToken(body) : null,
        };
    }
}
