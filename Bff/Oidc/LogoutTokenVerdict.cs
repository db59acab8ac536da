namespace Bff.Oidc;

internal abstract record LogoutTokenVerdict
{
    public sealed record Valid(LogoutToken Token) : LogoutTokenVerdict;

    /// <param name="Reason">What was expected and not found, without any value of the token.</param>
    public sealed record Invalid(string Reason) : LogoutTokenVerdict;

    /// <summary>The provider's keys could not be read since the token came, so it can be neither obeyed nor refused.</summary>
    public sealed record Undecided : LogoutTokenVerdict;
}
