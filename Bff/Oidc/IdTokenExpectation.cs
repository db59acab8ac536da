namespace Bff.Oidc;

/// <summary>What an ID token must agree with, besides the settings.</summary>
/// <param name="AccessToken">Compared to <c>at_hash</c> where the token has one.</param>
internal abstract record IdTokenExpectation(string AccessToken)
{
    /// <param name="AccessToken">Compared to <c>at_hash</c> where the token has one.</param>
    /// <param name="Nonce">Of the authorization request.</param>
    /// <param name="RequestedAt">When the authorization request was made, by this machine's clock.</param>
    /// <param name="MaxAge">The <c>max_age</c> of the authorization request, in seconds; null when it had none.</param>
    public sealed record AtSignIn(string AccessToken, string Nonce, DateTimeOffset RequestedAt, int? MaxAge)
        : IdTokenExpectation(AccessToken)
    {
        public override string ToString() => nameof(AtSignIn);
    }

    /// <param name="AccessToken">Compared to <c>at_hash</c> where the token has one.</param>
    /// <param name="Subject">Of the session.</param>
    /// <param name="Nonce">Of the authorization request.</param>
    public sealed record AtRefresh(string AccessToken, string Subject, string Nonce) : IdTokenExpectation(AccessToken)
    {
        public override string ToString() => nameof(AtRefresh);
    }
}
