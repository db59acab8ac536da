using System.Text.Json.Nodes;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>What the log says about an Oidc:Authority at which no metadata can be read: the URL, the cause, and what to set.</summary>
public sealed class AuthorityFaultTests
{
    public const string Rule = "Oidc:Authority must be the issuer";

    private const string CognitoIssuer = "https://cognito-idp.{region}.amazonaws.com/{userPoolId}";

    private static readonly Dictionary<string, (Action<TestProvider> Spoil, string[] Expected)> Documents = new()
    {
        ["Cognito's sign-in domain"] = (
            provider => provider.Answer(TestProvider.Discovery, 400, "<html>", "text/html"),
            ["HTTP 400 with HTML, not JSON", Rule, CognitoIssuer]),
        ["a page that is not found"] = (provider => provider.Answer(TestProvider.Discovery, 404, "no"), ["HTTP 404.", Rule]),
        ["a redirect"] = (
            provider => provider.Answer(TestProvider.Discovery, 302, "", "text/html", ("Location", "/x")), ["HTTP 302.", Rule]),
        ["a provider in trouble"] = (provider => provider.Answer(TestProvider.Discovery, 503, ""), ["HTTP 503."]),
        ["the page of an SPA"] = (
            provider => provider.Answer(TestProvider.Discovery, 200, "\n <!doctype html>", "text/html"), ["HTML, not JSON", Rule]),
        ["HTML that says it is JSON"] = (provider => provider.Answer(TestProvider.Discovery, 200, "<html>"), ["HTML, not JSON", Rule]),
        ["nothing"] = (provider => provider.Answer(TestProvider.Discovery, 200, ""), ["not of the expected form", Rule]),
        ["a list"] = (provider => provider.Answer(TestProvider.Discovery, 200, "[]"), ["not of the expected form", Rule]),
        ["a list as issuer"] = (provider => provider.Metadata["issuer"] = new JsonArray("x"), ["not of the expected form", Rule]),
        ["two megabytes"] = (provider => provider.Metadata["x"] = new string('x', 2_000_000), ["too large"]),
        ["an issuer with a slash"] = (
            provider => provider.Metadata["issuer"] = provider.Issuer + "/",
            ["/issuer' (Oidc:Authority), got 'http", "/issuer/'; they must be equal byte for byte"]),
    };

    private static readonly Dictionary<string, (Action<TestProvider> Spoil, string Expected)> Keys = new()
    {
        ["a page"] = (provider => provider.Answer(TestProvider.Jwks, 200, "<html>", "text/html"), "HTML, not JSON"),
        ["nothing there"] = (provider => provider.Answer(TestProvider.Jwks, 404, ""), "HTTP 404."),
        ["a list"] = (provider => provider.Answer(TestProvider.Jwks, 200, "[]"), "the JSON is not of the expected form"),
    };

    public static TheoryData<string> DocumentRows => [.. Documents.Keys];

    public static TheoryData<string> KeyRows => [.. Keys.Keys];

    [Theory, MemberData(nameof(DocumentRows))]
    public async Task The_log_names_the_URL_and_the_cause_for(string row)
    {
        await using var party = await RelyingParty.StartAsync();
        Documents[row].Spoil(party.Provider);

        Assert.Null(await party.MetadataAsync());

        var line = Line(party);
        Assert.Contains($" at {party.Provider.Issuer}/.well-known/openid-configuration ", line, StringComparison.Ordinal);
        Assert.All(Documents[row].Expected, expected => Assert.Contains(expected, line, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(KeyRows))]
    public async Task Where_the_keys_are_at_fault_the_log_names_their_URL(string row)
    {
        await using var party = await RelyingParty.StartAsync();
        Keys[row].Spoil(party.Provider);

        Assert.Null(await party.MetadataAsync());

        Assert.Contains(
            $" at {party.Provider.Origin}{TestProvider.Jwks} could not be read or was refused: {Keys[row].Expected}", Line(party),
            StringComparison.Ordinal);
        Assert.DoesNotContain(Rule, party.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_in_time_is_named()
    {
        await using var party = await RelyingParty.StartAsync(options => options.BackchannelTimeout = TimeSpan.FromSeconds(1));
        party.Provider.Answer(TestProvider.Discovery, context => Task.Delay(Timeout.Infinite, context.RequestAborted));

        await party.MetadataAsync();

        await Poll.UntilAsync(() => Task.FromResult(party.Logs.All.Contains(
            "no response came in time", StringComparison.Ordinal)));
    }

    internal static string Line(RelyingParty party)
    {
        var line = Assert.Single(
            party.Logs.Events, line => line.Message.Contains("could not be read or was refused", StringComparison.Ordinal)).Message;
        Assert.DoesNotContain("PII", line, StringComparison.Ordinal);
        Assert.DoesNotContain("IDX", line, StringComparison.Ordinal);
        return line;
    }
}
