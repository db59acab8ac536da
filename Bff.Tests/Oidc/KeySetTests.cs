using System.Text.Json.Nodes;
using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>What a provider may serve in the place of good keys (RFC 7517), at the running application.</summary>
[Row("KEY-05", "IDT-08")]
public sealed class KeySetTests(SharedRedis redis)
{
    private static readonly (string Key, string Value)[] Settings =
        [("Oidc:BackchannelTimeout", "00:00:02"), ("Session:IdleTimeout", "12:00:00")];

    private static readonly Dictionary<string, Action<TestProvider>> BadSets = new()
    {
        ["500"] = provider => provider.Answer(TestProvider.Jwks, 500, "{}"),
        ["a page"] = provider => provider.Answer(TestProvider.Jwks, 200, "<html>", "text/html"),
        ["an empty object"] = provider => provider.Answer(TestProvider.Jwks, 200, "{}"),
        ["no key"] = provider => provider.Answer(TestProvider.Jwks, 200, """{"keys":[]}"""),
        ["null"] = provider => provider.Answer(TestProvider.Jwks, 200, """{"keys":null}"""),
        ["a list"] = provider => provider.Answer(TestProvider.Jwks, 200, "[]"),
        ["keys of no known kind alone"] = provider => Serve(provider,
            """{"keys":[{"kty":"martian","kid":"third"},{"kty":"OKP","crv":"Ed25519","x":"AA","kid":"third"}]}"""),
        ["a key for encryption alone"] = provider =>
            provider.Answer(TestProvider.Jwks, 200, new JsonObject
            {
                ["keys"] =
            new JsonArray(Jwk(TestKey.Third, ("use", "enc")))
            }.ToJsonString()),
        ["a secret alone"] = provider => Serve(provider,
            """{"keys":[{"kty":"oct","kid":"third","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}"""),
        ["five megabytes"] = provider => Serve(provider,
            $$"""{"keys":[{{TestKey.Third.Jwk().ToJsonString()}}],"padding":"{{new string('x', 5 * 1024 * 1024)}}"}"""),
        ["ten thousand levels"] = provider => Serve(provider,
            """{"keys":""" + new string('[', 10_000) + new string(']', 10_000) + "}"),
        ["a key whose kid is a list"] = provider => Serve(provider, ("kid", new JsonArray(TestKey.Third.Kid))),
        ["a key whose modulus is a number"] = provider => Serve(provider, ("n", 7)),
        ["a key whose certificate chain is a text"] = provider => Serve(provider, ("x5c", "a text")),
        ["nothing in time"] = provider =>
            provider.Answer(TestProvider.Jwks, context => Task.Delay(Timeout.Infinite, context.RequestAborted)),
    };

    private static readonly Dictionary<string, Func<TestKey, JsonObject>> BadKeys = new()
    {
        ["use enc"] = key => Jwk(key, ("use", "enc")),
        ["use of an unknown kind"] = key => Jwk(key, ("use", "SIG")),
        ["alg RSA-OAEP"] = key => Jwk(key, ("use", null), ("alg", "RSA-OAEP")),
        ["another alg"] = key => Jwk(key, ("alg", "RS512")),
        ["key_ops for encryption"] = key => Jwk(key, ("key_ops", new JsonArray("encrypt", "wrapKey"))),
        ["key_ops to sign, not to verify"] = key => Jwk(key, ("key_ops", new JsonArray("sign"))),
        ["kty oct"] = key => Jwk(key, ("kty", "oct")),
        ["kty EC without a point"] = key => Jwk(key, ("kty", "EC")),
        ["kty in another case"] = key => Jwk(key, ("kty", "rsa")),
        ["no kty"] = key => Jwk(key, ("kty", null)),
        ["no modulus"] = key => Jwk(key, ("n", null)),
        ["a modulus that is no base64"] = key => Jwk(key, ("n", "!!!")),
        ["a modulus of three bytes"] = key => Jwk(key, ("n", "AQAB")),
        ["an exponent that is no base64"] = key => Jwk(key, ("e", "%%")),
        ["kty OKP"] = key => Parse($$"""{"kty":"OKP","kid":"{{key.Kid}}","crv":"Ed25519","x":"AA"}"""),
        ["a point that is too short"] = key => Parse($$"""{"kty":"EC","kid":"{{key.Kid}}","crv":"P-256","x":"AA","y":"AA"}"""),
        ["an empty object"] = _ => [],
        ["the exponent 1"] = key => Jwk(key, ("e", "AQ")),
    };

    [Fact, Row("KEY-07", "TOK-10")]
    public async Task While_the_keys_are_bad_the_last_good_ones_serve()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis, Settings);
        foreach (var (row, spoil) in BadSets)
        {
            signIn.System.Time.Advance(ProviderMetadata.KeyRefreshCoolDown);
            spoil(signIn.Provider);
            signIn.Spoil = token => token.SignedBy(TestKey.Third);
            await signIn.AssertRefusedAsync(row, "provider_unavailable");
            signIn.Spoil = null;
            await signIn.AssertAcceptedAsync(row);
        }
    }

    [Fact]
    public async Task A_bad_key_among_good_ones_verifies_nothing_and_hinders_none_of_them()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis, Settings);
        foreach (var (row, bend) in BadKeys)
        {
            signIn.System.Time.Advance(ProviderMetadata.KeyRefreshCoolDown);
            signIn.Provider.Rotate(TestKey.Second.Named("good " + row));
            signIn.Provider.PublishedKeys.Insert(0, bend(TestKey.Third));
            await signIn.AssertAcceptedAsync(row);

            // So that a read follows the token, and the verdict is one about the key.
            signIn.System.Time.Advance(ProviderMetadata.KeyRefreshCoolDown);
            signIn.Spoil = token => token.SignedBy(TestKey.Third);
            await signIn.AssertRefusedAsync(row);
            signIn.Spoil = null;
        }
    }

    [Fact]
    public async Task A_key_that_is_too_short_verifies_nothing()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis, Settings);
        signIn.Provider.Rotate(TestKey.Rsa("short", bits: 1024), TestKey.First);

        await signIn.AssertRefusedAsync("1024 bits");
    }

    [Fact, Row("KEY-08")]
    public async Task Of_keys_with_one_id_each_that_is_for_signing_verifies()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis, Settings);
        signIn.Provider.Rotate(TestKey.Third, TestKey.Second.Named(TestKey.Third.Kid));
        signIn.Provider.PublishedKeys.Insert(0, Jwk(TestKey.First.Named(TestKey.Third.Kid), ("use", "enc")));

        await signIn.AssertAcceptedAsync("the first of that id");
        signIn.Spoil = token => token.SignedBy(TestKey.Second.Named(TestKey.Third.Kid));
        await signIn.AssertAcceptedAsync("the second of that id");
        signIn.Spoil = token => token.SignedBy(TestKey.First.Named(TestKey.Third.Kid));
        await signIn.AssertRefusedAsync("the one for encryption");
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static void Serve(TestProvider provider, string keys) => provider.Answer(TestProvider.Jwks, 200, keys);

    /// <summary>Serves a set that the library cannot read.</summary>
    private static void Serve(TestProvider provider, (string Member, JsonNode? Value) change)
    {
        var keys = new JsonArray(Jwk(TestKey.Third, change), TestKey.First.Jwk());
        provider.Answer(TestProvider.Jwks, 200, new JsonObject { ["keys"] = keys }.ToJsonString());
    }

    private static JsonObject Jwk(TestKey key, params (string Member, JsonNode? Value)[] changes)
    {
        var jwk = key.Jwk();
        foreach (var (member, value) in changes)
        {
            if (value is null) jwk.Remove(member);
            else jwk[member] = value.DeepClone();
        }
        return jwk;
    }
}
