using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>Which of the keys that a provider publishes may sign.</summary>
[Row("IDT-08", "KEY-02", "KEY-03", "KEY-05", "KEY-08")]
public sealed class PublishedKeyTests
{
    [Theory]
    [InlineData("""{"kty":"RSA","kid":"bad","n":"AQAB","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","kid":"bad","n":"!!!","e":"%%"}""")]
    [InlineData("""{"kty":"RSA","kid":"bad"}""")]
    [InlineData("""{"kty":"EC","kid":"bad","crv":"P-256","x":"AA","y":"AA"}""")]
    [InlineData("""{"kty":"OKP","kid":"bad","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""")]
    [InlineData("""{"kty":"martian","kid":"bad"}""")]
    [InlineData("""{"kid":"bad"}""")]
    [InlineData("""{}""")]
    public async Task One_bad_key_among_good_ones_is_passed_over(string bad)
    {
        await using var party = await RelyingParty.StartAsync();
        party.Provider.PublishedKeys.Insert(0, System.Text.Json.Nodes.JsonNode.Parse(bad)!.AsObject());

        Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(party.IdToken().Compact()));
        Assert.IsType<Verdict<IdToken>.Refused>(await party.JudgeAsync(party.IdToken().WithHeader("kid", "bad").Compact()));
    }

    [Fact]
    public async Task A_key_for_encryption_signs_nothing()
    {
        await using var party = await RelyingParty.StartAsync();
        party.Provider.PublishedKeys[0]["use"] = "enc";

        Assert.IsType<Verdict<IdToken>.Refused>(await party.JudgeAsync(party.IdToken().Compact()));
    }

    [Fact]
    public async Task A_key_that_is_too_short_signs_nothing()
    {
        await using var party = await RelyingParty.StartAsync();
        party.Provider.Rotate(TestKey.Rsa("short", bits: 1024), TestKey.First);

        Assert.IsType<Verdict<IdToken>.Refused>(await party.JudgeAsync(party.IdToken().Compact()));
    }

    [Fact]
    public async Task Of_two_keys_with_one_id_either_may_sign()
    {
        await using var party = await RelyingParty.StartAsync();
        party.Provider.Rotate(TestKey.First, TestKey.Second.Named(TestKey.First.Kid));

        Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(party.IdToken().Compact()));
        Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(party.IdToken().SignedBy(TestKey.Second.Named(TestKey.First.Kid)).Compact()));
    }
}
