using System.Text.Json.Nodes;

namespace Bff.Oidc;

internal abstract record IdTokenVerdict
{
    /// <param name="Claims">What is about the user; the protocol's own claims are left out.</param>
    public sealed record Valid(string Subject, JsonObject Claims) : IdTokenVerdict;

    /// <param name="Reason">What was expected and not found, without any value of the token.</param>
    /// <param name="MayBeTheClock">Whether only its times are wrong, by this machine's clock.</param>
    public sealed record Invalid(string Reason, bool MayBeTheClock = false) : IdTokenVerdict;

    /// <summary>The provider's keys could not be read since the token came, so it can be neither accepted nor refused.</summary>
    public sealed record Undecided : IdTokenVerdict;
}

/// <summary>What an ID token must agree with besides the settings.</summary>
/// <param name="AccessToken">Checked against <c>at_hash</c> where the token has one.</param>
/// <param name="Nonce">Required at sign-in.</param>
/// <param name="MaxAge">What the authorization request asked for, in seconds.</param>
/// <param name="RequestedAt">When the authorization request was made, by this machine's clock.</param>
/// <param name="Previous">At a refresh: the ID token of the same session before (OpenID Connect Core 12.2).</param>
internal sealed record IdTokenExpectation(string AccessToken, string? Nonce = null, int? MaxAge = null, DateTimeOffset? RequestedAt = null, string? Previous = null)
{
    public override string ToString() => nameof(IdTokenExpectation);
}
