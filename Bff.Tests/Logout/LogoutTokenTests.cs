using System.Text.Json.Nodes;
using Bff.Oidc;
using Bff.Tests.Hosting;
using Bff.Tests.Oidc;

namespace Bff.Tests.Logout;

/// <summary>What a logout token must say, by whom and when (OpenID Connect Back-Channel Logout 2.4 and 2.6).</summary>
public sealed class LogoutTokenTests
{
    private static readonly long Now = The.Beginning.ToUnixTimeSeconds();

    /// <summary>Beside a good one: what is changed, and whether it is still good.</summary>
    internal static readonly Dictionary<string, (Action<TestToken> Change, bool Good)> Variants = new()
    {
        ["as it is"] = (_ => { }, true),
        ["by sid alone"] = (token => token.Without("sub").With("sid", "a-session"), true),
        ["by both"] = (token => token.With("sid", "a-session"), true),
        ["no typ"] = (token => token.WithoutHeader("typ"), true),
        ["typ in capitals"] = (token => token.WithHeader("typ", "LOGOUT+JWT"), true),
        ["another member of events"] = (token => token.WithRaw("events", $$$"""{"urn:other":1,"{{{TestToken.LogoutEvent}}}":{"x":1}}"""), true),
        ["unknown claims"] = (token => token.With("email", "alice@example.com").With("trace_id", 5), true),
        ["aud a list of one"] = (token => token.WithRaw("aud", $"[\"{TestProvider.ClientId}\"]"), true),
        ["exp just past, within the skew"] = (token => token.With("exp", Now - 59), true),
        ["iat just ahead, within the skew"] = (token => token.With("iat", Now + 60), true),
        ["almost an hour old, and meant to last"] = (token => token.With("iat", Now - 3600).With("exp", Now + 86_400), true),

        ["typ JWT"] = (token => token.WithHeader("typ", "JWT"), false),
        ["typ at+jwt"] = (token => token.WithHeader("typ", "at+jwt"), false),
        ["typ secevent+jwt"] = (token => token.WithHeader("typ", "secevent+jwt"), false),
        ["typ empty"] = (token => token.WithHeader("typ", ""), false),
        ["another issuer"] = (token => token.With("iss", token.Claims["iss"] + "/other"), false),
        ["an issuer with a slash"] = (token => token.With("iss", token.Claims["iss"] + "/"), false),
        ["no iss"] = (token => token.Without("iss"), false),
        ["another audience"] = (token => token.With("aud", "another-client"), false),
        ["another audience besides"] = (token => token.WithRaw("aud", $"[\"{TestProvider.ClientId}\",\"another-client\"]"), false),
        ["no aud"] = (token => token.Without("aud"), false),
        ["no iat"] = (token => token.Without("iat"), false),
        ["iat a text"] = (token => token.With("iat", "now"), false),
        ["iat in the future"] = (token => token.With("iat", Now + 61), false),
        ["iat of the year 5,600,000"] = (token => token.With("iat", 176_731_767_323_045), false),
        ["iat at the end of time"] = (token => token.With("iat", long.MaxValue), false),
        ["an hour and the skew old"] = (token => token.With("iat", Now - 3660).With("exp", Now + 86_400), false),
        ["no exp"] = (token => token.Without("exp"), false),
        ["exp past"] = (token => token.With("exp", Now - 60), false),
        ["nbf ahead"] = (token => token.With("nbf", Now + 61), false),
        ["no events"] = (token => token.Without("events"), false),
        ["events null"] = (token => token.WithRaw("events", "null"), false),
        ["events a text"] = (token => token.With("events", TestToken.LogoutEvent), false),
        ["events a list"] = (token => token.WithRaw("events", $"[\"{TestToken.LogoutEvent}\"]"), false),
        ["events empty"] = (token => token.WithRaw("events", "{}"), false),
        ["another event"] = (token => token.WithRaw("events", """{"http://schemas.openid.net/event/other":{}}"""), false),
        ["the event in capitals"] = (token => token.WithRaw("events", $$$"""{"{{{TestToken.LogoutEvent.ToUpperInvariant()}}}":{}}"""), false),
        ["the event null"] = (token => token.WithRaw("events", $$"""{"{{TestToken.LogoutEvent}}":null}"""), false),
        ["the event a text"] = (token => token.WithRaw("events", $$"""{"{{TestToken.LogoutEvent}}":""}"""), false),
        ["the event a list"] = (token => token.WithRaw("events", $$"""{"{{TestToken.LogoutEvent}}":[]}"""), false),
        ["the event true"] = (token => token.WithRaw("events", $$"""{"{{TestToken.LogoutEvent}}":true}"""), false),
        ["a nonce"] = (token => token.With("nonce", The.Nonce), false),
        ["a nonce that is empty"] = (token => token.With("nonce", ""), false),
        ["a nonce that is null"] = (token => token.WithRaw("nonce", "null"), false),
        ["neither sub nor sid"] = (token => token.Without("sub"), false),
        ["sub empty"] = (token => token.With("sub", ""), false),
        ["sub null beside a sid"] = (token => token.WithRaw("sub", "null").With("sid", "a-session"), false),
        ["sub a number beside a sid"] = (token => token.With("sub", 7).With("sid", "a-session"), false),
        ["sub a list"] = (token => token.WithRaw("sub", $"[\"{The.Subject}\"]"), false),
        ["sub of 256 characters"] = (token => token.With("sub", new string('x', 256)), false),
        ["sid null beside a sub"] = (token => token.WithRaw("sid", "null"), false),
        ["sid an object"] = (token => token.WithRaw("sid", "{}"), false),
        ["no jti"] = (token => token.Without("jti"), false),
        ["jti empty"] = (token => token.With("jti", ""), false),
        ["jti a number"] = (token => token.With("jti", 1), false),
    };

    public static TheoryData<string> Rows => [.. Variants.Keys];

    public static TheoryData<string> Forgeries =>
        [.. IdTokenSignatureTests.Forgeries.Keys.Except(["typ logout+jwt", "a user's claim twice"])];

    [Theory, MemberData(nameof(Rows)), Row("BCL-03", "BCL-04")]
    public async Task A_logout_token_is_judged(string row)
    {
        await using var party = await StartAsync();
        var token = party.Provider.LogoutToken();
        Variants[row].Change(token);

        var verdict = await party.JudgeLogoutAsync(token.Compact());

        Assert.True(Variants[row].Good == verdict is Verdict<LogoutToken>.Accepted && verdict is not Verdict<LogoutToken>.Undecided,
            $"{verdict}");
        if (verdict is Verdict<LogoutToken>.Refused invalid) Assert.Matches("^(expected .+|[A-Za-z]+Exception)$", invalid.Reason);
    }

    [Theory, MemberData(nameof(Forgeries)), Row("BCL-02")]
    public async Task A_forged_logout_token_is_refused(string row)
    {
        await using var party = await StartAsync();

        var verdict = await party.JudgeLogoutAsync(IdTokenSignatureTests.Forgeries[row](party.Provider.LogoutToken()));

        Assert.IsType<Verdict<LogoutToken>.Refused>(verdict);
    }

    [Fact, Row("BCL-05")]
    public async Task Neither_of_the_two_tokens_of_a_provider_passes_for_the_other()
    {
        await using var party = await StartAsync();

        Assert.IsType<Verdict<LogoutToken>.Refused>(await party.JudgeLogoutAsync(party.IdToken().Compact()));
        Assert.IsType<Verdict<LogoutToken>.Refused>(await party.JudgeLogoutAsync(party.IdToken(nonce: null).Compact()));
        Assert.IsType<Verdict<LogoutToken>.Refused>(await party.JudgeLogoutAsync(party.IdToken()
            .With("events", new JsonObject { [TestToken.LogoutEvent] = new JsonObject() }).Compact()));
        foreach (var token in (TestToken[])[party.Provider.LogoutToken(), party.Provider.LogoutToken().WithoutHeader("typ"),
            party.Provider.LogoutToken().WithHeader("typ", "JWT")])
        {
            Assert.IsType<Verdict<IdToken>.Refused>(await party.JudgeAsync(token.Compact()));
            Assert.IsType<Verdict<IdToken>.Refused>(await party.JudgeSuccessorAsync(token.Compact(), party.IdToken(nonce: null).Compact()));
            Assert.IsType<Verdict<IdToken>.Refused>(await party.JudgeAsync(token.With("nonce", The.Nonce).Compact()));
        }
    }

    [Fact, Row("BCL-08", "KEY-03")]
    public async Task Without_the_providers_keys_no_token_is_accepted_and_a_wrong_one_is_refused()
    {
        await using var party = await StartAsync();
        var good = party.Provider.LogoutToken().Compact();
        party.Provider.IsDown = true;
        Assert.IsType<Verdict<LogoutToken>.Undecided>(await party.JudgeLogoutAsync(good));
        party.Provider.IsDown = false;
        party.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.IsType<Verdict<LogoutToken>.Accepted>(await party.JudgeLogoutAsync(good));

        party.Provider.Answer(TestProvider.Jwks, 500, "");
        party.Time.Advance(TimeSpan.FromSeconds(40));
        Assert.IsType<Verdict<LogoutToken>.Undecided>(await party.JudgeLogoutAsync(party.Provider.LogoutToken().SignedBy(TestKey.Third)
            .Compact()));
        Assert.IsType<Verdict<LogoutToken>.Refused>(await party.JudgeLogoutAsync(party.Provider.LogoutToken().SignedBy(TestKey.Third)
            .With("nonce", "n").Compact()));
        var asked = party.Provider.Count(TestProvider.Jwks);
        for (var turn = 0; turn < 100; turn++)
            Assert.IsType<Verdict<LogoutToken>.Undecided>(await party.JudgeLogoutAsync(party.Provider.LogoutToken()
            .SignedBy(TestKey.Third.Named($"kid-{turn}")).Compact()));
        Assert.Equal(asked, party.Provider.Count(TestProvider.Jwks));
        Assert.IsType<Verdict<LogoutToken>.Accepted>(await party.JudgeLogoutAsync(party.Provider.LogoutToken().Compact()));
    }

    [Fact, Row("BCL-02", "KEY-02")]
    public async Task A_token_signed_with_a_new_key_is_taken()
    {
        await using var party = await StartAsync();
        Assert.IsType<Verdict<LogoutToken>.Accepted>(await party.JudgeLogoutAsync(party.Provider.LogoutToken().Compact()));
        party.Provider.Rotate(TestKey.Third);

        Assert.IsType<Verdict<LogoutToken>.Accepted>(await party.JudgeLogoutAsync(party.Provider.LogoutToken().Compact()));
    }

    private static Task<RelyingParty> StartAsync() => RelyingParty.StartAsync(options => options.Provider = ProviderKind.oidc);
}
