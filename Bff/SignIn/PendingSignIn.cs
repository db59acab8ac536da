namespace Bff.SignIn;

/// <summary>What must be remembered between the authorization request and its response, and dies with the first response.</summary>
/// <param name="Issuer">Where the request went: no other provider gets the code (RFC 9700 section 4.4).</param>
/// <param name="StartedAt">When the authorization request was made: an older ID token does not answer it.</param>
/// <param name="FormerSession">The secret of the session that the browser had: its Strict cookie is not sent on the way back from the provider.</param>
/// <param name="MaxAge">The <c>max_age</c> that was asked for, in seconds.</param>
internal sealed record PendingSignIn(string Issuer, string Nonce, string CodeVerifier, DateTimeOffset StartedAt, byte[]? FormerSession, int? MaxAge)
{
    // A record prints its properties by default; these are secrets.
    public override string ToString() => nameof(PendingSignIn);
}
