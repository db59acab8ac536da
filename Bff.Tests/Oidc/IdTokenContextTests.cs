using System.Text.Json.Nodes;
using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>Judgements on ID tokens that depend on what was asked for, on the settings and on what came before.</summary>
public sealed class IdTokenContextTests
{
    private static readonly long Now = The.Beginning.ToUnixTimeSeconds();

    internal static readonly Dictionary<string, (Action<TestToken> Change, bool Accepted)> Successors = new()
    {
        ["the same nonce"] = (_ => { }, true),
        ["no nonce"] = (token => token.Without("nonce"), true),
        ["another nonce"] = (token => token.With("nonce", "another"), false),
        ["an empty nonce"] = (token => token.With("nonce", ""), false),
        ["a null nonce"] = (token => token.With("nonce", null), false),
        ["the same user with another e-mail"] = (token => token.With("email", "alice@elsewhere.example"), true),
        ["another user"] = (token => token.With("sub", "another-user"), false),
        ["the user in another case"] = (token => token.With("sub", The.Subject.ToUpperInvariant()), false),
        ["a later auth_time"] = (token => token.With("auth_time", (long)token.Claims["auth_time"]! + 1), true),
        ["an earlier auth_time"] = (token => token.With("auth_time", 1), true),
        ["no auth_time"] = (token => token.Without("auth_time"), true),
        ["another issuer"] = (token => token.With("iss", "https://evil.example"), false),
        ["another client"] = (token => token.With("aud", "another-client"), false),
        ["another access token's hash"] = (token => token.With("at_hash", TestToken.AccessTokenHash("another")), false),
        ["no signature"] = (token => token.Unsigned("none"), false),
        ["a foreign signature"] = (token => token.SignedBy(TestKey.Third.Named(TestKey.First.Kid)), false),
    };

    public static TheoryData<string> SuccessorRows => [.. Successors.Keys];

    [Theory, Row("IDT-18")]
    [InlineData(null)]
    [InlineData("\"access\"")]
    public async Task A_provider_other_than_Cognito_may_leave_token_use_to_itself(string? use)
    {
        await using var party = await RelyingParty.StartAsync(options => options.Provider = ProviderKind.oidc);
        var token = use is null ? party.IdToken().Without("token_use") : party.IdToken().WithRaw("token_use", use);

        Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(token.Compact()));
    }

    [Theory, Row("IDT-12", "IDT-13")]
    [InlineData("exp", 0, false)]
    [InlineData("exp", 1, true)]
    [InlineData("iat", 0, true)]
    [InlineData("iat", 1, false)]
    [InlineData("nbf", 0, true)]
    [InlineData("nbf", 1, false)]
    public async Task Without_clock_skew_times_are_exact(string claim, int seconds, bool accepted)
    {
        await using var party = await RelyingParty.StartAsync(options => options.ClockSkew = TimeSpan.Zero);

        Assert.Equal(accepted, await party.JudgeAsync(party.IdToken().With(claim, Now + seconds).Compact()) is Verdict<IdToken>.Accepted);
    }

    [Fact, Row("ME-01")]
    public async Task The_claims_are_the_users_and_not_the_protocols()
    {
        await using var party = await RelyingParty.StartAsync();
        var token = party.IdToken().With("nbf", Now).With("azp", TestProvider.ClientId).With("c_hash", "hash")
            .WithRaw("custom:nested", """{"a":[1,null]}""").Compact();

        var claims = Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(token)).Value.Claims;

        var expected = JsonNode.Parse($$"""
            {
              "cognito:groups": ["admins"], "email_verified": true, "cognito:username": "{{The.Subject}}",
              "auth_time": {{Now}}, "email": "{{The.Alice}}", "custom:nested": {"a":[1,null]}
            }
            """);
        Assert.True(JsonNode.DeepEquals(expected, claims), claims.ToJsonString());
    }

    [Theory, MemberData(nameof(SuccessorRows)), Row("RFR-07")]
    public async Task At_a_refresh_the_token_is_judged_by_the_one_before(string row)
    {
        await using var party = await RelyingParty.StartAsync();
        var previous = party.IdToken().Compact();
        var token = party.IdToken();
        Successors[row].Change(token);

        var verdict = await party.JudgeSuccessorAsync(token.Compact(), previous);

        Assert.Equal(Successors[row].Accepted, verdict is Verdict<IdToken>.Accepted);
    }

    [Fact, Row("RFR-07")]
    public async Task A_nonce_that_comes_up_at_a_refresh_belongs_to_no_sign_in()
    {
        await using var party = await RelyingParty.StartAsync();

        var verdict = await party.JudgeSuccessorAsync(party.IdToken(nonce: "new").Compact(), party.IdToken(nonce: null).Compact());

        Assert.IsType<Verdict<IdToken>.Refused>(verdict);
    }

    [Theory, Row("LOG-01")]
    [InlineData("sub"), InlineData("nonce"), InlineData("at_hash"), InlineData("azp"), InlineData("token_use"), InlineData("iss")]
    [InlineData("aud"), InlineData("exp")]
    public async Task A_refusal_names_no_value_of_the_token(string claim)
    {
        await using var party = await RelyingParty.StartAsync();

        var verdict = await party.JudgeAsync(party.IdToken().With(claim, new JsonArray("canary")).Compact());

        Assert.DoesNotContain("canary", Assert.IsType<Verdict<IdToken>.Refused>(verdict).Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", party.Logs.All, StringComparison.Ordinal);
    }
}
