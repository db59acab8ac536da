using Microsoft.IdentityModel.JsonWebTokens;

namespace Bff.Oidc;

/// <summary>Whether a token is the provider's word to this client; what it says is for others to judge.</summary>
internal abstract record SignedTokenVerdict
{
    public sealed record Genuine(JsonWebToken Token) : SignedTokenVerdict;

    /// <param name="Reason">What was expected and not found, without any value of the token.</param>
    public sealed record Invalid(string Reason) : SignedTokenVerdict;

    /// <summary>Genuine but for its times, and those may be right and this machine's clock wrong.</summary>
    /// <param name="Reason">What was expected and not found, without any value of the token.</param>
    public sealed record Untimely(JsonWebToken Token, string Reason) : SignedTokenVerdict;

    /// <summary>The provider's keys could not be read since the token came.</summary>
    /// <param name="Token">What it claims to be, where that could be read: it may be refused for that, and never accepted.</param>
    public sealed record Undecided(JsonWebToken? Token) : SignedTokenVerdict;
}
