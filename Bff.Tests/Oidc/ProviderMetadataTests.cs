using System.Text.Json.Nodes;
using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>Which provider is used, by what it says of itself (OpenID Connect Discovery 4).</summary>
[Row("KEY-01", "KEY-07", "KEY-08", "LGN-03", "TOK-04", "TOK-10")]
public sealed class ProviderMetadataTests
{
    private static readonly Dictionary<string, Action<TestProvider>> Refused = new()
    {
        ["an issuer with a slash more"] = provider => provider.Metadata["issuer"] = provider.Issuer + "/",
        ["an issuer in another case"] = provider => provider.Metadata["issuer"] = provider.Origin + "/Issuer",
        ["an issuer of another scheme"] = provider =>
            provider.Metadata["issuer"] = provider.Issuer.Replace("http:", "https:", StringComparison.Ordinal),
        ["another tenant's issuer"] = provider => provider.Metadata["issuer"] = provider.Issuer + "2",
        ["no issuer"] = provider => provider.Metadata.Remove("issuer"),
        ["plain as the only challenge method"] = provider => provider.Metadata["code_challenge_methods_supported"] = new JsonArray("plain"),
        ["s256 in lower case"] = provider => provider.Metadata["code_challenge_methods_supported"] = new JsonArray("s256"),
        ["no authorization endpoint"] = provider => provider.Metadata.Remove("authorization_endpoint"),
        ["no token endpoint"] = provider => provider.Metadata.Remove("token_endpoint"),
        ["no keys' address"] = provider => provider.Metadata.Remove("jwks_uri"),
        ["an authorization endpoint that is a script"] = provider => provider.Metadata["authorization_endpoint"] = "javascript:alert(1)",
        ["a token endpoint that is a path"] = provider => provider.Metadata["token_endpoint"] = "/token",
        ["a token endpoint with user information"] = provider =>
            provider.Metadata["token_endpoint"] = "http://user:password@127.0.0.1/token",
        ["an end-session endpoint that is a script"] = provider => provider.Metadata["end_session_endpoint"] = "javascript:alert(1)",
        ["a list in the issuer's place"] = provider => provider.Metadata["issuer"] = new JsonArray(provider.Issuer),
        ["500"] = provider => provider.Answer(TestProvider.Discovery, 500, "{}"),
        ["404"] = provider => provider.Answer(TestProvider.Discovery, 404, "<html>", "text/html"),
        ["a page"] = provider => provider.Answer(TestProvider.Discovery, 200, "<html>", "text/html"),
        ["nothing"] = provider => provider.Answer(TestProvider.Discovery, 200, ""),
        ["a list"] = provider => provider.Answer(TestProvider.Discovery, 200, "[]"),
        ["half a document"] = provider => provider.Answer(TestProvider.Discovery, 200, provider.Metadata.ToJsonString()[..^10]),
        ["two megabytes"] = provider => provider.Metadata["padding"] = new string('x', 2 * 1024 * 1024),
        ["a redirect"] = provider =>
        {
            var metadata = provider.Metadata.ToJsonString();
            provider.Answer("/elsewhere", 200, metadata);
            provider.Answer(TestProvider.Discovery, 302, "", "text/plain", ("Location", provider.Origin + "/elsewhere"));
        },
        ["no answer at all"] = provider => provider.IsDown = true,
        ["keys that cannot be read"] = provider => provider.Answer(TestProvider.Jwks, 500, "{}"),
        ["keys that are a page"] = provider => provider.Answer(TestProvider.Jwks, 200, "<html>", "text/html"),
        ["five megabytes of keys"] = provider => provider.Answer(TestProvider.Jwks, 200,
            $$"""{"keys":[{{provider.PublishedKeys[0].ToJsonString()}}],"padding":"{{new string('x', 5 * 1024 * 1024)}}"}"""),
    };

    private static readonly Dictionary<string, Action<JsonObject>> Accepted = new()
    {
        ["Cognito's twelve members"] = metadata => metadata.Remove("code_challenge_methods_supported"),
        ["S256 among others"] = metadata => metadata["code_challenge_methods_supported"] = new JsonArray("plain", "S256"),
        ["an empty list of challenge methods"] = metadata => metadata["code_challenge_methods_supported"] = new JsonArray(),
        ["no end-session endpoint"] = metadata => metadata.Remove("end_session_endpoint"),
        ["no revocation endpoint"] = metadata => metadata.Remove("revocation_endpoint"),
        ["endpoints on another host"] = metadata => metadata["authorization_endpoint"] = "https://login.example.com/oauth2/authorize",
        ["unknown members"] = metadata => metadata["x"] = new JsonObject { ["y"] = new JsonArray(1, null) },
    };

    public static TheoryData<string> RefusedRows => [.. Refused.Keys];

    public static TheoryData<string> AcceptedRows => [.. Accepted.Keys];

    [Theory, MemberData(nameof(RefusedRows))]
    public async Task A_provider_is_not_used_that_serves(string row)
    {
        await using var party = await RelyingParty.StartAsync();
        Refused[row](party.Provider);

        Assert.Null(await party.MetadataAsync());

        Assert.Equal(0, party.Provider.Count("/elsewhere"));
        Assert.Contains("could not be read or was refused", party.Logs.All, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(AcceptedRows))]
    public async Task A_provider_is_used_that_serves(string row)
    {
        await using var party = await RelyingParty.StartAsync();
        Accepted[row](party.Provider.Metadata);

        Assert.NotNull(await party.MetadataAsync());
    }

    [Theory]
    [InlineData(true, "/issuer/authorize", true)]
    [InlineData(true, "/authorize", false)]
    [InlineData(false, "/issuer/authorize", false)]
    public async Task A_pool_without_a_domain_is_named_in_the_log(bool isCognito, string path, bool named)
    {
        await using var party =
            await RelyingParty.StartAsync(options => options.Provider = isCognito ? ProviderKind.cognito : ProviderKind.oidc);
        party.Provider.Metadata["authorization_endpoint"] = party.Provider.Origin + path;

        await party.MetadataAsync();

        Assert.Equal(named, party.Logs.All.Contains("has no domain", StringComparison.Ordinal));
    }
}
