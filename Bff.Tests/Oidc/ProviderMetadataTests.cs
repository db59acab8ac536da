using System.Text.Json.Nodes;
using Bff.Oidc;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace Bff.Tests.Oidc;

[Row("KEY-01", "KEY-07", "KEY-08", "LGN-03", "TOK-04", "TOK-10")]
public sealed class ProviderMetadataTests
{
    private static readonly Dictionary<string, Action<TestProvider>> Refused = new()
    {
        ["an issuer with a slash more"] = provider => provider.Metadata["issuer"] = provider.Issuer + "/",
        ["an issuer in another case"] = provider => provider.Metadata["issuer"] = provider.Origin + "/Issuer",
        ["an issuer of another scheme"] = provider => provider.Metadata["issuer"] = provider.Issuer.Replace("http:", "https:", StringComparison.Ordinal),
        ["another tenant's issuer"] = provider => provider.Metadata["issuer"] = provider.Issuer + "2",
        ["no issuer"] = provider => provider.Metadata.Remove("issuer"),
        ["plain as the only challenge method"] = provider => provider.Metadata["code_challenge_methods_supported"] = new JsonArray("plain"),
        ["s256 in lower case"] = provider => provider.Metadata["code_challenge_methods_supported"] = new JsonArray("s256"),
        ["no authorization endpoint"] = provider => provider.Metadata.Remove("authorization_endpoint"),
        ["no token endpoint"] = provider => provider.Metadata.Remove("token_endpoint"),
        ["no keys' address"] = provider => provider.Metadata.Remove("jwks_uri"),
        ["an authorization endpoint that is a script"] = provider => provider.Metadata["authorization_endpoint"] = "javascript:alert(1)",
        ["a token endpoint that is a path"] = provider => provider.Metadata["token_endpoint"] = "/token",
        ["a token endpoint with user information"] = provider => provider.Metadata["token_endpoint"] = "http://user:password@127.0.0.1/token",
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
        ["five megabytes of keys"] = provider => provider.Answer(TestProvider.Jwks, 200, $$"""{"keys":[{{provider.PublishedKeys[0].ToJsonString()}}],"padding":"{{new string('x', 5 * 1024 * 1024)}}"}"""),
    };

    private static readonly Dictionary<string, Action<JsonObject>> Accepted = new()
    {
        ["Cognito's twelve members"] = metadata => metadata.Remove("code_challenge_methods_supported"),
        ["S256 among others"] = metadata => metadata["code_challenge_methods_supported"] = new JsonArray("plain", "S256"),
        ["an empty list of challenge methods"] = metadata => metadata["code_challenge_methods_supported"] = new JsonArray(),
        ["no end-session endpoint"] = metadata => metadata.Remove("end_session_endpoint"),
        ["no revocation endpoint"] = metadata => metadata.Remove("revocation_endpoint"),
        ["endpoints on another host"] = metadata => metadata["authorization_endpoint"] = "https://login.example.com/oauth2/authorize",
        ["members that nobody knows"] = metadata => metadata["x"] = new JsonObject { ["y"] = new JsonArray(1, null) },
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

    [Fact]
    public async Task Nothing_is_asked_at_start_and_the_document_is_read_once()
    {
        await using var party = await RelyingParty.StartAsync();
        _ = (party.Metadata, party.Tokens);
        Assert.Empty(party.Provider.Requests);

        for (var use = 0; use < 5; use++)
        {
            Assert.NotNull(await party.MetadataAsync());
            party.Time.Advance(ProviderMetadata.MaximumAge / 10);
        }

        Assert.Equal(1, party.Provider.Count(TestProvider.Discovery));
        Assert.Equal(1, party.Provider.Count(TestProvider.Jwks));
    }

    [Fact]
    public async Task Fifty_callers_at_once_share_one_read()
    {
        await using var party = await RelyingParty.StartAsync();
        var gate = new TaskCompletionSource();
        party.Provider.Answer(TestProvider.Discovery, async context =>
        {
            await gate.Task;
            await context.Response.WriteAsync(party.Provider.Metadata.ToJsonString(), context.RequestAborted);
        });

        var callers = Enumerable.Range(0, 50).Select(_ => party.MetadataAsync()).ToArray();
        gate.SetResult();

        Assert.All(await Task.WhenAll(callers), Assert.NotNull);
        Assert.Equal(1, party.Provider.Count(TestProvider.Discovery));
    }

    [Fact]
    public async Task A_caller_who_leaves_takes_nothing_from_the_others()
    {
        await using var party = await RelyingParty.StartAsync();
        using var leaving = new CancellationTokenSource();
        var gate = new TaskCompletionSource();
        party.Provider.Answer(TestProvider.Discovery, async context =>
        {
            await gate.Task;
            await context.Response.WriteAsync(party.Provider.Metadata.ToJsonString(), context.RequestAborted);
        });

        var first = party.Metadata.GetAsync(leaving.Token);
        var second = party.MetadataAsync();
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();
        Assert.NotNull(await second);
    }

    [Fact]
    public async Task A_provider_that_was_down_is_found_without_a_restart_but_not_asked_at_every_call()
    {
        await using var party = await RelyingParty.StartAsync();
        party.Provider.IsDown = true;
        for (var use = 0; use < 5; use++)
        {
            Assert.Null(await party.MetadataAsync());
            party.Time.Advance(ProviderMetadata.RetryAfterFailure / 10);
        }
        Assert.Equal(1, party.Provider.Count(TestProvider.Discovery));

        party.Provider.IsDown = false;
        party.Time.Advance(ProviderMetadata.RetryAfterFailure);

        Assert.NotNull(await party.MetadataAsync());
    }

    [Fact]
    public async Task What_was_read_once_is_kept_while_the_provider_is_down()
    {
        await using var party = await RelyingParty.StartAsync();
        await party.MetadataAsync();
        party.Provider.IsDown = true;
        party.Time.Advance(TimeSpan.FromDays(2));

        Assert.False((await party.Metadata.GetAnewAsync(party.Metadata.ReadsBegun, TestContext.Current.CancellationToken)).IsCurrent);
        Assert.NotNull(await party.MetadataAsync());
    }

    [Fact]
    public async Task A_provider_that_hangs_costs_a_caller_the_deadline_and_no_more()
    {
        await using var party = await RelyingParty.StartAsync(options => options.BackchannelTimeout = TimeSpan.FromMilliseconds(300));
        party.Provider.Answer(TestProvider.Discovery, context => Task.Delay(Timeout.Infinite, context.RequestAborted));

        Assert.Null(await party.MetadataAsync().WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(true, "/issuer/authorize", true)]
    [InlineData(true, "/authorize", false)]
    [InlineData(false, "/issuer/authorize", false)]
    public async Task A_pool_without_a_domain_is_named_in_the_log(bool isCognito, string path, bool named)
    {
        await using var party = await RelyingParty.StartAsync(options => options.Provider = isCognito ? ProviderKind.cognito : ProviderKind.oidc);
        party.Provider.Metadata["authorization_endpoint"] = party.Provider.Origin + path;

        await party.MetadataAsync();

        Assert.Equal(named, party.Logs.All.Contains("has no domain", StringComparison.Ordinal));
    }
}
