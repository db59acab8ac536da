using System.Text.Json.Nodes;
using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>
/// What an ID token must say (OpenID Connect Core 3.1.3.7), claim by claim: one row is one token, good but for what its name says.
/// </summary>
[Row("IDT-09", "IDT-11", "IDT-12", "IDT-13", "IDT-14", "IDT-15", "IDT-17", "IDT-18", "IDT-20")]
public sealed class IdTokenClaimTests
{
    internal static readonly Dictionary<string, Action<TestToken>> Good = new()
    {
        ["nothing special"] = _ => { },
        ["aud a list of this client alone"] = token => token.With("aud", new JsonArray(TestProvider.ClientId)),
        ["azp this client"] = token => token.With("azp", TestProvider.ClientId),
        ["no at_hash, which the code flow does not demand"] = token => token.Without("at_hash"),
        ["typ JWT"] = token => token.WithHeader("typ", "JWT"),
        ["exp 59 seconds ago"] = token => token.With("exp", Now(token) - 59),
        ["iat a minute ahead"] = token => token.With("iat", Now(token) + 60),
        ["nbf a minute ahead"] = token => token.With("nbf", Now(token) + 60),
        ["exp apart from iat by no full hour"] = token => token.With("exp", Now(token) + 1799),
        ["sub of 255 characters"] = token => token.With("sub", new string('s', 255)),
        ["unknown claims"] = token => token.With("acr", "urn:cognito:loa:2").WithRaw("custom:x", """{"a":[1,null,{"b":true}]}"""),
        ["no groups"] = token => token.Without("cognito:groups"),
        ["500 groups"] = token =>
            token.With("cognito:groups", new JsonArray([.. Enumerable.Range(0, 500)
            .Select(number => JsonValue.Create($"group-of-some-name-{number}"))])),
    };

    internal static readonly Dictionary<string, Action<TestToken>> Bad = new()
    {
        ["no iss"] = token => token.Without("iss"),
        ["iss of another pool"] = token => token.With("iss", token.Claims["iss"] + "2"),
        ["iss with a slash more"] = token => token.With("iss", token.Claims["iss"] + "/"),
        ["iss in another case"] = token =>
            token.With("iss", token.Claims["iss"]!.ToString().Replace("issuer", "Issuer", StringComparison.Ordinal)),
        ["iss of another scheme"] = token =>
            token.With("iss", token.Claims["iss"]!.ToString().Replace("http:", "https:", StringComparison.Ordinal)),
        ["iss a list"] = token => token.With("iss", new JsonArray(token.Claims["iss"]!.ToString())),
        ["iss null"] = token => token.With("iss", null),
        ["no aud"] = token => token.Without("aud"),
        ["aud another client"] = token => token.With("aud", "another-client"),
        ["aud in another case"] = token => token.With("aud", "Test-Client"),
        ["aud empty"] = token => token.With("aud", ""),
        ["aud null"] = token => token.With("aud", null),
        ["aud a number"] = token => token.With("aud", 7),
        ["aud an empty list"] = token => token.With("aud", new JsonArray()),
        ["aud another client too"] = token => token.With("aud", new JsonArray(TestProvider.ClientId, "another-client")),
        ["aud another client too, and azp this one"] = token =>
            token.With("aud", new JsonArray(TestProvider.ClientId, "another-client")).With("azp", TestProvider.ClientId),
        ["azp another client"] = token => token.With("azp", "another-client"),
        ["azp a list"] = token => token.With("azp", new JsonArray("another-client")),
        ["azp empty"] = token => token.With("azp", ""),
        ["azp null"] = token => token.With("azp", null),
        ["no exp"] = token => token.Without("exp"),
        ["exp a minute ago"] = token => token.With("exp", Now(token) - 60),
        ["exp six minutes ago"] = token => token.With("exp", Now(token) - 360),
        ["exp a text"] = token => token.With("exp", $"{Now(token) + 3600}"),
        ["exp null"] = token => token.With("exp", null),
        ["exp negative"] = token => token.With("exp", -1),
        ["exp a list"] = token => token.With("exp", new JsonArray(Now(token) + 3600)),
        ["exp beyond all numbers"] = token => token.WithRaw("exp", "1e300"),
        ["no iat"] = token => token.Without("iat"),
        ["iat ahead of time"] = token => token.With("iat", Now(token) + 61),
        ["iat a text"] = token => token.With("iat", $"{Now(token)}"),
        ["iat null"] = token => token.With("iat", null),
        ["iat beyond all numbers"] = token => token.WithRaw("iat", "1e300"),
        ["iat at the end of time"] = token => token.With("iat", long.MaxValue),
        ["nbf ahead of time"] = token => token.With("nbf", Now(token) + 61),
        ["nbf a text"] = token => token.With("nbf", $"{Now(token)}"),
        ["no sub"] = token => token.Without("sub"),
        ["sub empty"] = token => token.With("sub", ""),
        ["sub null"] = token => token.With("sub", null),
        ["sub a number"] = token => token.With("sub", 42),
        ["sub a list"] = token => token.With("sub", new JsonArray(The.Subject)),
        ["sub of 256 characters"] = token => token.With("sub", new string('s', 256)),
        ["no nonce"] = token => token.Without("nonce"),
        ["nonce of another sign-in"] = token => token.With("nonce", "the-nonce-of-another-authorization-request"),
        ["nonce in another case"] = token => token.With("nonce", The.Nonce.ToUpperInvariant()),
        ["nonce with a blank"] = token => token.With("nonce", The.Nonce + " "),
        ["nonce empty"] = token => token.With("nonce", ""),
        ["nonce null"] = token => token.With("nonce", null),
        ["nonce a list"] = token => token.With("nonce", new JsonArray(The.Nonce)),
        ["nonce an object"] = token => token.With("nonce", new JsonObject { ["nonce"] = The.Nonce }),
        ["at_hash of another access token"] = token => token.With("at_hash", TestToken.AccessTokenHash("another-access-token")),
        ["at_hash empty"] = token => token.With("at_hash", ""),
        ["at_hash null"] = token => token.With("at_hash", null),
        ["at_hash a number"] = token => token.With("at_hash", 1),
        ["no token_use"] = token => token.Without("token_use"),
        ["token_use access"] = token => token.With("token_use", "access"),
        ["token_use a list"] = token => token.With("token_use", new JsonArray("id")),
        ["Cognito's access token"] = token =>
            token.Without("aud", "nonce", "at_hash").With("token_use", "access").With("client_id", TestProvider.ClientId)
            .With("scope", "openid"),
        ["Cognito's access token for a resource named as this client"] = token =>
            token.Without("at_hash").With("token_use", "access").With("client_id", TestProvider.ClientId),
    };

    public static TheoryData<string> GoodRows => [.. Good.Keys];

    public static TheoryData<string> BadRows => [.. Bad.Keys];

    [Theory, MemberData(nameof(GoodRows))]
    public async Task A_token_is_accepted_with(string row)
    {
        await using var party = await RelyingParty.StartAsync();
        var token = party.IdToken();
        Good[row](token);

        var verdict = await party.JudgeAsync(token.Compact());

        Assert.Equal((string?)token.Claims["sub"], Assert.IsType<Verdict<IdToken>.Accepted>(verdict).Value.Subject);
    }

    [Theory, MemberData(nameof(BadRows))]
    public async Task A_token_is_refused_with(string row)
    {
        await using var party = await RelyingParty.StartAsync();
        var token = party.IdToken();
        Bad[row](token);

        var verdict = await party.JudgeAsync(token.Compact());

        Assert.IsType<Verdict<IdToken>.Refused>(verdict);
    }

    /// <summary>The provider's clock when it made the token.</summary>
    private static long Now(TestToken token) => (long)token.Claims["auth_time"]!;
}
