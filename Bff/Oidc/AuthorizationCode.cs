namespace Bff.Oidc;

/// <summary>
/// A code that <see cref="AuthorizationResponse.Judge"/> accepted. There is no other way to make one, so no other code can be redeemed.
/// </summary>
internal sealed class AuthorizationCode
{
    private AuthorizationCode(string value) => Value = value;

    public string Value { get; }

    internal static AuthorizationCode Judged(string value) => new(value);

    public override string ToString() => nameof(AuthorizationCode);
}
