using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>Why a token is refused, precisely enough that an operator knows what to set.</summary>
public sealed class TokenReasonTests
{
    [Theory]
    [InlineData("HS256", "'HS256'"), InlineData("none", "'none'"), InlineData("RS384", "'RS384'"), InlineData("ES256", "'ES256'")]
    [InlineData("EdDSA", "'EdDSA'"), InlineData("", "''")]
    [InlineData("RS256\r\n\u202e", "'RS256???'"), InlineData("a-name-of-thirty-two-characters!!", "'a-name-of-thirty'")]
    public async Task The_algorithm_that_came_and_those_that_are_allowed_are_named(string algorithm, string named)
    {
        await using var party = await RelyingParty.StartAsync(options => options.SigningAlgorithms = ["RS256", "PS256"]);

        foreach (var token in new[] { party.IdToken(), party.IdToken().WithHeader("kid", "unknown") })
        {
            var invalid = Assert.IsType<Verdict<IdToken>.Refused>(await party.JudgeAsync(token.WithHeader("alg", algorithm).Compact()));

            Assert.Equal($"expected alg to be one of Oidc:SigningAlgorithms (RS256, PS256), got {named}", invalid.Reason);
        }
    }

    [Fact]
    public async Task A_logout_tokens_algorithm_is_named_too()
    {
        await using var party = await RelyingParty.StartAsync();

        var invalid = Assert.IsType<Verdict<LogoutToken>.Refused>(await party.JudgeLogoutAsync(party.Provider.LogoutToken().WithHeader(
            "alg", "HS512").Compact()));

        Assert.Equal("expected alg to be one of Oidc:SigningAlgorithms (RS256), got 'HS512'", invalid.Reason);
    }

    [Fact]
    public async Task A_good_algorithm_is_not_blamed_for_a_bad_signature()
    {
        await using var party = await RelyingParty.StartAsync();

        var invalid = Assert.IsType<Verdict<IdToken>.Refused>(await party.JudgeAsync(party.IdToken().SignedAs(new byte[256]).Compact()));

        Assert.Equal("expected a signature by a key of the provider", invalid.Reason);
    }

    [Theory]
    [InlineData("exp", null, "expected exp, which is missing")]
    [InlineData("exp", -3600, "expected exp in the future, it is past")]
    [InlineData("nbf", 3600, "expected nbf, if any, in the past, it is in the future")]
    [InlineData("iat", null, "expected iat, which is missing")]
    [InlineData("iat", 3600, "expected iat not in the future")]
    public async Task A_time_that_is_missing_is_not_called_a_wrong_one(string name, int? offset, string reason)
    {
        await using var party = await RelyingParty.StartAsync();
        var time = party.Time.GetUtcNow().ToUnixTimeSeconds() + offset;

        TestToken Spoil(TestToken token) => time is null ? token.Without(name) : token.With(name, time.Value);

        Assert.Equal(
            reason,
            Assert.IsType<Verdict<LogoutToken>.Refused>(await party.JudgeLogoutAsync(Spoil(party.Provider.LogoutToken())
                .Compact())).Reason);
        Assert.Equal(reason, Assert.IsType<Verdict<IdToken>.Refused>(await party.JudgeAsync(Spoil(party.IdToken()).Compact())).Reason);
    }
}
