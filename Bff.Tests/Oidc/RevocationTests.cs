using System.Text;
using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>Revoking a refresh token (RFC 7009): best effort, never an exception.</summary>
[Row("OUT-02", "OUT-03")]
public sealed class RevocationTests
{
    [Theory]
    [InlineData("cognito", "client_secret_post", true)]
    [InlineData("cognito", "client_secret_basic", true)]
    [InlineData("oidc", "client_secret_basic", true)]
    [InlineData("oidc", "client_secret_post", false)]
    public async Task The_client_authenticates_as_the_provider_understands_it(string provider, string configured, bool basic)
    {
        await using var party = await RelyingParty.StartAsync(options =>
            (options.Provider, options.ClientAuthentication) =
                (Enum.Parse<ProviderKind>(provider), Enum.Parse<ClientAuthentication>(configured)));

        await party.Tokens.RevokeAsync("the-refresh-token");

        var request = Assert.Single(party.Provider.Requests, request => request.Path == TestProvider.Revoke);
        Assert.Equal(("POST", "", "the-refresh-token", "refresh_token"),
            (request.Method, request.Query, request.Form["token"], request.Form["token_type_hint"]));
        var credentials = $"{TestProvider.ClientId}:{TestProvider.ClientSecret}";
        Assert.Equal(basic ? "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(credentials)) : null, request.Authorization);
        Assert.Equal(basic ? null : TestProvider.ClientSecret, request.Form["client_secret"]);
    }

    [Theory]
    [InlineData(400), InlineData(401), InlineData(500), InlineData(503)]
    public async Task A_refused_revocation_is_logged(int status)
    {
        await using var party = await RelyingParty.StartAsync();
        party.Provider.Answer(TestProvider.Revoke, status,
            """{"error":"unsupported_token_type","error_description":"no the-refresh-token"}""");

        await party.Tokens.RevokeAsync("the-refresh-token");

        Assert.Contains($"could not be revoked: status {status}", party.Logs.All, StringComparison.Ordinal);
        Assert.Contains("error \"unsupported_token_type\", error_description \"no ***\"", party.Logs.All, StringComparison.Ordinal);
        Assert.DoesNotContain("the-refresh-token", party.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revocation_without_an_answer_is_logged()
    {
        await using var party = await RelyingParty.StartAsync();
        await party.MetadataAsync();
        party.Provider.IsDown = true;

        await party.Tokens.RevokeAsync("the-refresh-token");

        Assert.Contains("could not be revoked", party.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_is_nothing_to_revoke_nothing_is_asked()
    {
        await using var party = await RelyingParty.StartAsync();
        var metadata = await party.KnownMetadataAsync();
        var before = party.Provider.Requests.Count;

        await party.Tokens.RevokeAsync(null);
        metadata.RevocationEndpoint = "";
        await party.Tokens.RevokeAsync("the-refresh-token");

        Assert.Equal(before, party.Provider.Requests.Count);
    }
}
