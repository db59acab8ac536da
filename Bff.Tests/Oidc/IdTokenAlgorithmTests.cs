using System.Security.Cryptography;
using System.Text;
using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>With which algorithm an ID token may be signed, and what follows from it for the hash of the access token.</summary>
[Row("IDT-01", "IDT-02", "IDT-03", "IDT-04", "IDT-06", "IDT-07", "IDT-20")]
public sealed class IdTokenAlgorithmTests
{
    [Theory]
    [InlineData("ES256", true)]
    [InlineData("RS256", false)]
    public async Task With_another_algorithm_in_the_settings_that_one_alone_is_accepted(string algorithm, bool accepted)
    {
        await using var party = await RelyingParty.StartAsync(options => options.SigningAlgorithms = ["ES256"]);
        party.Provider.Rotate(TestKey.Elliptic, TestKey.First);
        var key = algorithm == "ES256" ? TestKey.Elliptic : TestKey.First;

        Assert.Equal(accepted, await party.JudgeAsync(party.IdToken().SignedBy(key).Compact()) is Verdict<IdToken>.Accepted);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(0)]
    public async Task An_elliptic_signature_of_zeros_is_none(int length)
    {
        await using var party = await RelyingParty.StartAsync(options => options.SigningAlgorithms = ["ES256"]);
        party.Provider.Rotate(TestKey.Elliptic);

        Assert.IsType<Verdict<IdToken>.Refused>(await party.JudgeAsync(party.IdToken().SignedAs(new byte[length]).Compact()));
    }

    [Theory]
    [InlineData("RS384", 48), InlineData("PS512", 64)]
    public async Task The_access_tokens_hash_is_that_of_the_signatures_algorithm(string algorithm, int bytes)
    {
        await using var party = await RelyingParty.StartAsync(options => options.SigningAlgorithms = [algorithm]);
        var accessToken = Encoding.ASCII.GetBytes(The.AccessToken);
        var hash = (bytes == 48 ? SHA384.HashData(accessToken) : SHA512.HashData(accessToken)).AsSpan(0, bytes / 2);
        party.Provider.PublishedKeys[0].Remove("alg");

        var good = party.IdToken().With("at_hash", System.Buffers.Text.Base64Url.EncodeToString(hash)).SignedBy(TestKey.First, algorithm);
        var sha256 = party.IdToken().SignedBy(TestKey.First, algorithm);

        Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(good.Compact()));
        Assert.IsType<Verdict<IdToken>.Refused>(await party.JudgeAsync(sha256.Compact()));
    }
}
