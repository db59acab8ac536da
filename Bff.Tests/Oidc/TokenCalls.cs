using Bff.Oidc;

namespace Bff.Tests.Oidc;

/// <summary>Calls of the token endpoint with what does not matter to the test.</summary>
internal static class TokenCalls
{
    public static async Task<TokenResult> RefreshAsync(RelyingParty party) =>
        await party.Tokens.RefreshAsync(await party.KnownMetadataAsync(), "the-refresh-token", TestContext.Current.CancellationToken);
}
