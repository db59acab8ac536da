using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>
/// A provider's documents, however broken, are used or not, and nothing escapes; keys that are not its own never verify. See <see
/// cref="Fuzz"/> for longer runs.
/// </summary>
[Row("KEY-01", "KEY-05")]
public sealed class FuzzedMetadataTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_discovery_document_is_used_as_it_should_be_or_not_at_all()
    {
        await using var party = await RelyingParty.StartAsync();
        party.Provider.Metadata["code_challenge_methods_supported"] = new JsonArray("S256");
        party.Provider.Metadata["authorization_response_iss_parameter_supported"] = true;
        var jwks = (string)party.Provider.Metadata["jwks_uri"]!;
        var (used, refused) = (0, 0);

        await Fuzz.Bytes(party.Provider.Metadata.ToJsonString()).RunAsync(async bytes =>
        {
            // Nothing outside of this machine is asked for keys.
            if (KeysOf(bytes) is { } keys && keys != jwks) return;
            if (await ReadAsync(party, TestProvider.Discovery, bytes) is not { } metadata) { refused++; return; }

            used++;
            Assert.Equal(party.Provider.Issuer, metadata.Issuer);
            foreach (var endpoint in new[] { metadata.AuthorizationEndpoint, metadata.TokenEndpoint })
                Assert.StartsWith("http", new Uri(endpoint).Scheme, StringComparison.Ordinal);
            var request = AuthorizationRequest.Create(metadata, party.Options, "https://bff.example.com/callback",
                new AuthorizationHints());
            Assert.Contains(request.State, new Uri(request.Url).Query, StringComparison.Ordinal);
            Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(party.IdToken().Compact()));
        }, threads: 1);

        Assert.True(used > 0 && refused > 0, $"{used} were used, {refused} were not");
        TestContext.Current.TestOutputHelper?.WriteLine($"{used} were used, {refused} were not");
    }

    [Fact]
    public async Task A_set_of_keys_verifies_what_its_keys_signed_or_nothing()
    {
        await using var party = await RelyingParty.StartAsync(options => options.SigningAlgorithms = ["RS256", "ES256"]);
        var keys = new JsonArray(TestKey.First.Jwk(), TestKey.Second.Jwk(), TestKey.Elliptic.Jwk(),
            new JsonObject { ["kty"] = "oct", ["kid"] = "shared", ["k"] = "AAAA" });
        var verified = 0;

        await Fuzz.Bytes(new JsonObject { ["keys"] = keys }.ToJsonString()).RunAsync(async bytes =>
        {
            await ReadAsync(party, TestProvider.Jwks, bytes);

            foreach (var key in new[] { TestKey.First, TestKey.Elliptic, TestKey.Third.Named(TestKey.First.Kid),
                TestKey.Third.Named("shared") })
            {
                var verdict = await party.JudgeAsync(party.IdToken().SignedBy(key).Compact());
                if (verdict is Verdict<IdToken>.Accepted) verified++;
                Assert.False(verdict is Verdict<IdToken>.Accepted && key != TestKey.First && key != TestKey.Elliptic,
                    "A stranger's key verified.");
            }
        }, threads: 1);

        Assert.NotEqual(0, verified);
    }

    /// <summary>The metadata after the provider has begun to serve this, or null where it is refused.</summary>
    private static async Task<Microsoft.IdentityModel.Protocols.OpenIdConnect.OpenIdConnectConfiguration?> ReadAsync(RelyingParty party,
        string path, byte[] body)
    {
        party.Provider.Answer(path, context => context.Response.Body.WriteAsync(body).AsTask());
        party.Time.Advance(ProviderMetadata.KeyRefreshCoolDown);
        return await party.Metadata.ReadKeysAgainAsync(Cancelled) ? await party.MetadataAsync() : null;
    }

    private static string? KeysOf(byte[] document)
    {
        try
        {
            return JsonNode.Parse(Encoding.UTF8.GetString(document)) is JsonObject members && members["jwks_uri"] is { } keys
                ? keys.ToString() : null;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
