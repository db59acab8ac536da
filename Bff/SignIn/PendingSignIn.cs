namespace Bff.SignIn;

/// <summary>What is remembered from the authorization request until its response.</summary>
/// <param name="Issuer">Where the request went: no other provider gets the code (RFC 9700 section 4.4).</param>
/// <param name="RedirectUri">As in the request; the token request repeats it (RFC 6749 section 4.1.3).</param>
/// <param name="StartedAt">When the request was made: an older ID token does not answer it.</param>
/// <param name="FormerSession">
/// The secret of the session that the browser had: its Strict cookie is not sent on the way back from the provider.
/// </param>
/// <param name="MaxAge">The <c>max_age</c> of the request, in seconds.</param>
internal sealed record PendingSignIn(
    string Issuer, string RedirectUri, string Nonce, string CodeVerifier, DateTimeOffset StartedAt, byte[]? FormerSession, int? MaxAge)
{
    // A record prints its properties by default; these are secrets.
    public override string ToString() => nameof(PendingSignIn);
}
