using Bff.Oidc;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bff.Tests.Oidc;

public sealed class AuthorizationResponseTests
{
    private const string Issuer = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123";

    [Theory, Row("CB-01", "CB-10")]
    [InlineData("", "nothing")]
    [InlineData("code=c", "no state")]
    [InlineData("code=c&state=", "an empty state")]
    [InlineData("code=c&State=s&STATE=s", "two states that differ in case only")]
    [InlineData("code=c&state=s&state=s", "two states")]
    [InlineData("code=c&code=d&state=s", "two codes")]
    [InlineData("code=c&code=c&state=s", "twice the same code")]
    [InlineData("error=a&error=b&state=s", "two errors")]
    [InlineData("code=c&state=s&iss=a&iss=a", "two issuers")]
    [InlineData("code=c&iss=&iss=&state=s", "two empty issuers")]
    public void A_response_that_cannot_be_understood_is_none(string query, string because) => Assert.True(Read(query) is null, because);

    [Fact, Row("CB-01")]
    public void A_state_longer_than_any_of_ours_is_none()
    {
        Assert.NotNull(Read("code=c&state=" + new string('s', 128)));
        Assert.Null(Read("code=c&state=" + new string('s', 129)));
    }

    [Theory, Row("CB-12", "CB-15", "CB-21")]
    [InlineData("code=c&state=s", "c")]
    [InlineData("state=s&code=c&session_state=x&foo=1&foo=2", "c")]
    [InlineData("state=s&code=c&token_type=Bearer&expires_in=3600&scope=openid", "c")]
    [InlineData("state=s&code=c&id_token_hint=x&response_type=code&access_tokens=x", "c")]
    [InlineData("code=c&state=s&iss=" + Issuer, "c")]
    [InlineData("code=a%2Bb%2Fc%3D%25%26%20%C3%A9&state=s", "a+b/c=%& é")]
    public void A_code_is_granted_as_it_was_sent(string query, string code) =>
        Assert.Equal(code, Assert.IsType<AuthorizationVerdict.Granted>(Judge(query)).Code.Value);

    [Theory, Row("CB-10", "CB-16", "CB-21")]
    [InlineData("state=s", "missing_code")]
    [InlineData("state=s&code=", "missing_code")]
    [InlineData("state=s&code=c&access_token=t", "unexpected_token")]
    [InlineData("state=s&code=c&id_token=a.b.c", "unexpected_token")]
    [InlineData("state=s&code=c&response=a.b.c", "unexpected_token")]
    [InlineData("state=s&code=c&Access_Token=t&access_token=u", "unexpected_token")]
    [InlineData("state=s&code=c&id_token=&iss=" + Issuer, "unexpected_token")]
    [InlineData("state=s&access_token=t&token_type=Bearer", "unexpected_token")]
    [InlineData("state=s&code=c&id_token=t&iss=https://evil.example", "wrong_issuer")]
    [InlineData("state=s&code=c&iss=", "wrong_issuer")]
    [InlineData("state=s&code=c&iss=" + Issuer + "/", "wrong_issuer")]
    [InlineData("state=s&code=c&iss=" + Issuer + "%20", "wrong_issuer")]
    [InlineData("state=s&code=c&iss=https://Cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123", "wrong_issuer")]
    [InlineData("state=s&code=c&iss=http://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123", "wrong_issuer")]
    [InlineData("state=s&code=c&iss=https://evil.example", "wrong_issuer")]
    [InlineData("state=s&error=access_denied&iss=https://evil.example", "wrong_issuer")]
    public void A_response_is_refused(string query, string reason) =>
        Assert.Equal(reason, Assert.IsType<AuthorizationVerdict.Refused>(Judge(query)).Reason);

    [Theory, Row("CB-16")]
    [InlineData("state=s&error=access_denied", "access_denied")]
    [InlineData("state=s&error=access_denied&code=c", "access_denied")]
    [InlineData("state=s&error=&code=c", "")]
    [InlineData("state=s&code=c&id_token=t&error=access_denied", "access_denied")]
    public void An_error_outweighs_a_code(string query, string error) =>
        Assert.Equal(error, Assert.IsType<AuthorizationVerdict.Denied>(Judge(query)).Error);

    [Fact, Row("CB-21")]
    public void A_code_longer_than_any_is_refused()
    {
        Assert.IsType<AuthorizationVerdict.Granted>(Judge("state=s&code=" + new string('c', AuthorizationResponse.MaximumCodeLength)));
        Assert.IsType<AuthorizationVerdict.Refused>(Judge("state=s&code=" + new string('c', AuthorizationResponse.MaximumCodeLength + 1)));
    }

    [Theory, Row("CB-11")]
    [InlineData("state=s&code=c", "missing_issuer")]
    [InlineData("state=s&error=access_denied", "missing_issuer")]
    [InlineData("state=s&code=c&iss=https://evil.example", "wrong_issuer")]
    public async Task A_provider_that_announces_its_issuer_must_send_it(string query, string error)
    {
        var verdict = await JudgeFromDiscoveryAsync(announced: true, query);

        Assert.Equal(error, Assert.IsType<AuthorizationVerdict.Refused>(verdict).Reason);
    }

    [Theory, Row("CB-12")]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task A_provider_that_keeps_to_its_announcement_is_believed(bool announced, bool sends) =>
        Assert.IsType<AuthorizationVerdict.Granted>(await JudgeFromDiscoveryAsync(announced, "state=s&code=c", sends));

    /// <summary>Through a real discovery document: where its parser puts the announcement is part of what can go wrong.</summary>
    private static async Task<AuthorizationVerdict> JudgeFromDiscoveryAsync(bool announced, string query, bool sendsIssuer = false)
    {
        await using var party = await RelyingParty.StartAsync();
        party.Provider.Metadata["authorization_response_iss_parameter_supported"] = announced;
        return Read(sendsIssuer ? $"{query}&iss={party.Provider.Issuer}" : query)!.Judge(await party.KnownMetadataAsync());
    }

    private static AuthorizationResponse? Read(string query) =>
        AuthorizationResponse.Read(new QueryCollection(QueryHelpers.ParseQuery(query)));

    private static AuthorizationVerdict Judge(string query) => Read(query)!.Judge(new OpenIdConnectConfiguration { Issuer = Issuer });
}
