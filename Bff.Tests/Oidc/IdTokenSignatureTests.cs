using System.Text;
using System.Text.Json.Nodes;
using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>By whom and how an ID token must be signed, and what else may come in the place of one (RFC 7515, RFC 8725).</summary>
[Row("IDT-01", "IDT-02", "IDT-03", "IDT-04", "IDT-06", "IDT-07", "IDT-20")]
public sealed class IdTokenSignatureTests
{
    internal static readonly Dictionary<string, Func<TestToken, string>> Forgeries = new()
    {
        ["alg none"] = token => token.Unsigned("none").Compact(),
        ["alg None"] = token => token.Unsigned("None").Compact(),
        ["alg nOnE"] = token => token.Unsigned("nOnE").Compact(),
        ["alg none without a kid"] = token => token.Unsigned("none").WithoutHeader("kid").Compact(),
        ["alg none and a good signature"] = token => token.WithHeader("alg", "none").Compact(),
        ["no alg"] = token => token.WithoutHeader("alg").Compact(),
        ["alg empty"] = token => token.WithHeader("alg", "").Compact(),
        ["alg null"] = token => token.WithHeader("alg", null).Compact(),
        ["alg a list"] = token => token.WithHeader("alg", new JsonArray("RS256")).Compact(),
        ["alg in another case"] = token => token.WithHeader("alg", "rs256").Compact(),
        ["an empty signature"] = token => token.SignedAs([]).Compact(),
        ["a signature of zeros"] = token => token.SignedAs(new byte[256]).Compact(),
        ["a truncated signature"] = token => token.Compact()[..^4],
        ["a changed signature"] = token => Change(token.Compact(), 2),
        ["a changed payload"] = token => Change(token.Compact(), 1),
        ["a changed header"] = token => Change(token.Compact(), 0),
        ["a foreign key under a known kid"] = token => token.SignedBy(TestKey.Third.Named(TestKey.First.Kid)).Compact(),
        ["a foreign key under its own kid"] = token => token.SignedBy(TestKey.Third).Compact(),
        ["a foreign key that it brings along"] = token => token.SignedBy(TestKey.Third).WithHeader("jwk", TestKey.Third.Jwk()).Compact(),
        ["a foreign key under the kid of a path"] = token => token.SignedBy(TestKey.Third.Named("../../dev/null")).Compact(),
        ["the kid of the provider's other key"] = token => token.WithHeader("kid", TestKey.Second.Kid).Compact(),
        ["a kid in another case"] = token => token.WithHeader("kid", TestKey.First.Kid.ToUpperInvariant()).Compact(),
        ["a kid in base64url"] = token => token.WithHeader("kid", TestKey.First.Kid.Replace('+', '-').Replace('/', '_')).Compact(),
        ["a kid without its padding"] = token => token.WithHeader("kid", TestKey.First.Kid.TrimEnd('=')).Compact(),
        ["no kid where there are two keys"] = token => token.WithoutHeader("kid").Compact(),
        ["an empty kid where there are two keys"] = token => token.WithHeader("kid", "").Compact(),
        ["a kid that is a number"] = token => token.WithHeader("kid", 1).Compact(),
        ["RS384, which is not in the list"] = token => token.Without("at_hash").SignedBy(TestKey.First, "RS384").Compact(),
        ["RS512, which is not in the list"] = token => token.Without("at_hash").SignedBy(TestKey.First, "RS512").Compact(),
        ["PS256, which is not in the list"] = token => token.SignedBy(TestKey.First, "PS256").Compact(),
        ["ES256, which is not in the list"] = token => token.SignedBy(TestKey.Elliptic.Named(TestKey.First.Kid)).Compact(),
        ["HS256 with the public key as PEM"] = token => token.SignedWithSecret(TestKey.First.PublicAs("PEM")).Compact(),
        ["HS256 with the public key as DER"] = token => token.SignedWithSecret(TestKey.First.PublicAs("DER")).Compact(),
        ["HS256 with the public key as JWK"] = token => token.SignedWithSecret(TestKey.First.PublicAs("JWK")).Compact(),
        ["HS256 with the modulus"] = token => token.SignedWithSecret(TestKey.First.PublicAs("modulus")).Compact(),
        ["HS256 with the client secret"] = token => token.SignedWithSecret(Encoding.ASCII.GetBytes(TestProvider.ClientSecret)).Compact(),
        ["HS256 with the client secret and no kid"] = token =>
            token.SignedWithSecret(Encoding.ASCII.GetBytes(TestProvider.ClientSecret)).WithoutHeader("kid").Compact(),
        ["typ at+jwt"] = token => token.WithHeader("typ", "at+jwt").Compact(),
        ["typ logout+jwt"] = token => token.WithHeader("typ", "logout+jwt").Compact(),
        ["typ a number"] = token => token.WithHeader("typ", 1).Compact(),
        ["an unknown crit"] = token => token.WithHeader("crit", new JsonArray("exp")).Compact(),
        ["crit with b64 false"] = token => token.WithHeader("b64", false).WithHeader("crit", new JsonArray("b64")).Compact(),
        ["an empty crit"] = token => token.WithHeader("crit", new JsonArray()).Compact(),
        ["cty JWT, a token within"] = token => token.WithHeader("cty", "JWT").Compact(TestToken.Encode(token.Compact())),
        ["one part"] = token => token.Compact().Split('.')[1],
        ["two parts"] = token => string.Join('.', token.Compact().Split('.')[..2]),
        ["three parts and a dot"] = token => token.Compact() + ".",
        ["four parts"] = token => token.Compact() + ".AAAA",
        ["five parts"] = token => TestToken.Encode("""{"alg":"dir","enc":"A256GCM"}""") + "..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA",
        ["five parts that unpack to a lot"] = token =>
            TestToken.Encode("""{"alg":"dir","enc":"A256GCM","zip":"DEF"}""") + "..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA",
        ["a blank in front"] = token => " " + token.Compact(),
        ["standard base64"] = token => token.Compact().Replace('-', '+').Replace('_', '/'),
        ["a padded header"] = token => token.CompactAs((text, part) => part == 0 ? Padded(text) : text),
        ["a padded payload"] = token => token.CompactAs((text, part) => part == 1 ? Padded(text) : text),
        ["a padded signature"] = token => token.CompactAs((text, part) => part == 2 ? Padded(text) : text),
        ["padding in all parts"] = token => token.CompactAs((text, _) => Padded(text)),
        ["padding that nothing needs"] = token => token.CompactAs((text, part) => part == 2 ? text + "====" : text),
        ["an encoded padding"] = token => token.CompactAs((text, part) => part == 2 ? text + "%3D%3D" : text),
        ["a payload in standard base64"] = token => token.With("x", "???>>>").CompactAs((text, part) => part == 1 ? Standard(text) : text),
        ["a signature in standard base64"] = token => token.CompactAs((text, part) => part == 2 ? Standard(text) + "==" : text),
        ["an asterisk in the signature"] = token => token.CompactAs((text, part) => part == 2 ? text + "*" : text),
        ["no JSON"] = token => token.Compact("claims"),
        ["a list"] = token => token.Compact("[]"),
        ["null"] = token => token.Compact("null"),
        ["an empty object"] = token => token.Compact("{}"),
        ["a claim twice"] = token => token.Compact(token.Claims.ToJsonString()[..^1] + ",\"sub\":\"another-user\"}"),
        ["a user's claim twice"] = token => token.Compact(token.Claims.ToJsonString()[..^1] + ",\"email\":\"bob@example.com\"}"),
        ["half a character"] = token => token.Compact(token.Claims.ToJsonString()[..^1] + ",\"x\":\"\\ud800\"}"),
        ["half a character within"] = token => token.Compact(token.Claims.ToJsonString()[..^1] + ",\"x\":[{\"y\":\"\\ud800\"}]}"),
        ["half a character in a name within"] = token => token.Compact(token.Claims.ToJsonString()[..^1] + ",\"x\":[{\"\\ud800\":1}]}"),
        ["a claim twice within"] = token => token.Compact(token.Claims.ToJsonString()[..^1] + ",\"x\":[{\"y\":1,\"y\":1}]}"),
        ["a thousand levels"] = token =>
            token.Compact(token.Claims.ToJsonString()[..^1] + ",\"x\":" + new string('[', 1000) + new string(']', 1000) + "}"),
        ["more than 64 KB"] = token => token.With("padding", new string('x', 64 * 1024)).Compact(),
        ["300 KB of claims"] = token =>
            Enumerable.Range(0, 10_000).Aggregate(token, (bent, number) => bent.With($"claim-{number}", "a value of some length"))
            .Compact(),
    };

    public static TheoryData<string> Rows => [.. Forgeries.Keys];

    [Theory, MemberData(nameof(Rows))]
    public async Task A_token_is_refused_with(string row)
    {
        await using var party = await RelyingParty.StartAsync();

        var verdict = await party.JudgeAsync(Forgeries[row](party.IdToken()));

        Assert.IsType<Verdict<IdToken>.Refused>(verdict);
    }

    [Fact]
    public async Task Each_of_the_providers_keys_may_sign()
    {
        await using var party = await RelyingParty.StartAsync();

        Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(party.IdToken().SignedBy(TestKey.First).Compact()));
        Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(party.IdToken().SignedBy(TestKey.Second).Compact()));
    }

    [Fact]
    public async Task Without_a_kid_the_only_key_there_is_signed()
    {
        await using var party = await RelyingParty.StartAsync();
        party.Provider.Rotate(TestKey.First);

        Assert.IsType<Verdict<IdToken>.Accepted>(await party.JudgeAsync(party.IdToken().WithoutHeader("kid").Compact()));
        Assert.IsType<Verdict<IdToken>.Refused>(await party.JudgeAsync(party.IdToken().SignedBy(TestKey.Third).WithoutHeader("kid")
            .Compact()));
    }

    private static string Padded(string text) => text.Length % 4 == 0 ? text + "=" : text.PadRight((text.Length + 3) / 4 * 4, '=');

    private static string Standard(string text) => text.Replace('-', '+').Replace('_', '/');

    /// <summary>The token with one bit of one part changed.</summary>
    private static string Change(string token, int part)
    {
        var parts = token.Split('.');
        var middle = parts[part].Length / 2;
        parts[part] = parts[part][..middle] + (parts[part][middle] == 'A' ? 'B' : 'A') + parts[part][(middle + 1)..];
        return string.Join('.', parts);
    }
}
