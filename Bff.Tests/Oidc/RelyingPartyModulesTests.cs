using System.Security.Cryptography;
using System.Text;
using System.Web;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.WebUtilities;

namespace Bff.Tests.Oidc;

/// <summary>The OpenID Foundation's relying-party modules of the code flow about the ID token, under their names there.</summary>
public sealed class RelyingPartyModulesTests(SharedRedis redis)
{
    private static readonly (string Key, string Value)[] Elliptic =
        [("Oidc:SigningAlgorithms:0", "ES256"), ("Oidc:SigningAlgorithms:1", "RS256")];

    [Fact(DisplayName = "oidcc-client-test"), Row("LGN-01", "TOK-01")]
    public async Task The_code_flow()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);

        var me = await signIn.AssertAcceptedAsync("a good provider");

        Assert.Equal(The.Subject, (string?)me["sub"]);
        var asked = HttpUtility.ParseQueryString(signIn.Provider.Requests.Last(request => request.Path == TestProvider.Authorize).Query);
        Assert.Equal(("code", TestProvider.ClientId), (asked["response_type"], asked["client_id"]));
        Assert.Contains("openid", asked["scope"]!.Split(' '));
        var redeemed = signIn.Provider.Requests.Last(request => request.Path == TestProvider.Token).Form;
        Assert.Equal(("authorization_code", asked["redirect_uri"]), (redeemed["grant_type"], redeemed["redirect_uri"]));
    }

    [Fact(DisplayName = "oidcc-client-test-scope-userinfo-claims"), Row("LGN-15")]
    public async Task Claims_are_asked_for_by_scope()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis, ("Oidc:Scope", "openid profile email address phone"));

        var asked = HttpUtility.ParseQueryString(signIn.Provider.Requests.Last(request => request.Path == TestProvider.Authorize).Query);

        Assert.Equal("openid profile email address phone", asked["scope"]);
    }

    [Fact(DisplayName = "oidcc-client-test-client-secret-basic"), Row("TOK-01", "TOK-02")]
    public async Task Client_secret_basic()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis, ("Oidc:ClientAuthentication", "client_secret_basic"));

        var request = signIn.Provider.Requests.Last(request => request.Path == TestProvider.Token);

        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{TestProvider.ClientId}:{TestProvider.ClientSecret}")),
            request.Authorization);
        Assert.Equal((null, null), (request.Form["client_id"], request.Form["client_secret"]));
    }

    [Fact(DisplayName = "oidcc-client-test-idtoken-sig-rs256"), Row("IDT-03")]
    public async Task A_token_signed_with_RS256() => await (await TamperedSignIn.StartAsync(redis)).DisposeAsync();

    [Fact(DisplayName = "oidcc-client-test-idtoken-sig-none"), Row("IDT-01")]
    public Task An_unsigned_token() => RefusedAsync(token => token.Unsigned("none").WithoutHeader("kid"));

    [Fact(DisplayName = "oidcc-client-test-invalid-sig-hs256"), Row("IDT-02")]
    public Task An_invalid_HS256_signature() =>
        RefusedAsync(token => token.SignedWithSecret(Encoding.ASCII.GetBytes(TestProvider.ClientSecret + "?")).WithoutHeader("kid"));

    [Fact(DisplayName = "oidcc-client-test-invalid-sig-rs256"), Row("IDT-03")]
    public Task An_invalid_RS256_signature() => RefusedAsync(token => token.SignedBy(TestKey.Third.Named(TestKey.First.Kid)));

    [Fact(DisplayName = "oidcc-client-test-invalid-sig-es256"), Row("IDT-03")]
    public async Task An_invalid_ES256_signature()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis, Elliptic);
        signIn.Provider.Rotate(TestKey.Elliptic);
        await signIn.AssertAcceptedAsync("a good one");

        foreach (var length in new[] { 0, 63, 64, 70 })
        {
            signIn.Spoil = token => token.SignedAs(new byte[length]);
            await signIn.AssertRefusedAsync($"{length} zeros");
        }
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        signIn.Write = token =>
        {
            var input = token.Compact().Split('.')[..2];
            var signed = $"{input[0]}.{input[1]}";
            var signature = foreign.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
            return $"{signed}.{WebEncoders.Base64UrlEncode(signature)}";
        };
        await signIn.AssertRefusedAsync("a foreign key");
    }

    [Fact(DisplayName = "oidcc-client-test-kid-absent-single-jwks"), Row("IDT-07")]
    public async Task No_kid_and_one_key()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.Provider.Rotate(TestKey.Third);
        await signIn.AssertAcceptedAsync("the keys are known");

        signIn.Spoil = token => token.WithoutHeader("kid");
        await signIn.AssertAcceptedAsync("no kid");
        // Without a kid the only key may have been replaced, so it is looked for as an unknown one is.
        signIn.System.Time.Advance(TimeSpan.FromSeconds(31));
        signIn.Spoil = token => token.SignedBy(TestKey.First).WithoutHeader("kid");
        await signIn.AssertRefusedAsync("no kid, and another key");
    }

    /// <summary>The module permits either to refuse or to try all keys; here a key is never guessed.</summary>
    [Fact(DisplayName = "oidcc-client-test-kid-absent-multiple-jwks"), Row("IDT-07")]
    public Task No_kid_and_two_keys() => RefusedAsync(token => token.WithoutHeader("kid"));

    [Fact(DisplayName = "oidcc-client-test-invalid-iss"), Row("IDT-09")]
    public Task A_wrong_iss() => RefusedAsync(token => token.With("iss", token.Claims["iss"] + "/invalid"));

    [Fact(DisplayName = "oidcc-client-test-invalid-aud"), Row("IDT-11")]
    public Task A_wrong_aud() => RefusedAsync(token => token.With("aud", TestProvider.ClientId + "-invalid"));

    [Fact(DisplayName = "oidcc-client-test-missing-aud"), Row("IDT-11")]
    public Task No_aud() => RefusedAsync(token => token.Without("aud"));

    [Fact(DisplayName = "oidcc-client-test-missing-iat"), Row("IDT-13")]
    public Task No_iat() => RefusedAsync(token => token.Without("iat"));

    [Fact(DisplayName = "oidcc-client-test-missing-sub"), Row("IDT-14")]
    public Task No_sub() => RefusedAsync(token => token.Without("sub"));

    [Fact(DisplayName = "oidcc-client-test-nonce-invalid"), Row("IDT-15")]
    public Task A_wrong_nonce() => RefusedAsync(token => token.With("nonce", token.Claims["nonce"] + "1"));

    private async Task RefusedAsync(Action<TestToken> spoil)
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.Spoil = spoil;
        await signIn.AssertRefusedAsync("the module's token");
    }
}
