namespace Bff.SignIn;

/// <summary>What must be remembered between the authorization request and its response.</summary>
/// <param name="ReturnUrl">As <c>/login</c> got it; parsed again before it is used.</param>
/// <param name="FormerSession">The secret of the session that the browser had: its Strict cookie is not sent on the way back from the provider.</param>
/// <param name="MaxAge">The <c>max_age</c> that was asked for, in seconds.</param>
internal sealed record PendingSignIn(string Nonce, string CodeVerifier, string ReturnUrl, DateTimeOffset ExpiresAt, byte[]? FormerSession, int? MaxAge)
{
    // A record prints its properties by default; these are secrets.
    public override string ToString() => nameof(PendingSignIn);
}
