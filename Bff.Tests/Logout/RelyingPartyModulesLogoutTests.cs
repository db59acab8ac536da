using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Logout;

/// <summary>The OpenID Foundation's relying-party modules about back-channel logout, under their names there.</summary>
public sealed class RelyingPartyModulesLogoutTests(SharedRedis redis)
{
    [Fact(DisplayName = "oidcc-client-test-rp-backchannel-rpinitlogout"), Row("BCL-01")]
    public async Task A_logout()
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        using var browser = await target.SignInAsync(sid: "a-session");
        using var another = await target.SignInAsync(sid: "a-session");
        // As the module: the relying party begins, and the provider tells all of that session.
        Assert.Equal(HttpStatusCode.OK, (await browser.LogoutAsync(target.System)).StatusCode);

        await target.AssertCarriedOutAsync(target.Provider.LogoutToken(The.Subject, "a-session"));

        Assert.False(await target.IsAliveAsync(another));
    }

    [Fact(DisplayName = "oidcc-client-test-rp-backchannel-rpinitlogout-alg-none"), Row("BCL-02")]
    public Task A_token_without_a_signature() => IsRefusedAsync(token => token.Unsigned("none"));

    [Fact(DisplayName = "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-alg"), Row("BCL-02")]
    public Task A_token_signed_otherwise_than_agreed() => IsRefusedAsync(token => token.SignedBy(TestKey.First, "PS256"));

    [Fact(DisplayName = "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-iss"), Row("BCL-03")]
    public Task A_token_of_another_issuer() => IsRefusedAsync(token => token.With("iss", token.Claims["iss"] + "/invalid"));

    [Fact(DisplayName = "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud"), Row("BCL-03")]
    public Task A_token_for_another_client() => IsRefusedAsync(token => token.With("aud", TestProvider.ClientId + "-invalid"));

    [Fact(DisplayName = "oidcc-client-test-rp-backchannel-rpinitlogout-no-event"), Row("BCL-04")]
    public Task A_token_without_events() => IsRefusedAsync(token => token.Without("events"));

    [Fact(DisplayName = "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-event"), Row("BCL-04")]
    public Task A_token_about_another_event() => IsRefusedAsync(token => token.WithRaw("events", """{"http://schemas.openid.net/event/invalid":{}}"""));

    [Fact(DisplayName = "oidcc-client-test-rp-backchannel-rpinitlogout-with-nonce"), Row("BCL-04")]
    public Task A_token_with_a_nonce() => IsRefusedAsync(token => token.With("nonce", The.Nonce));

    /// <summary>400 and no cache, as the modules demand, and the session goes on.</summary>
    private async Task IsRefusedAsync(Action<TestToken> spoil)
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        using var browser = await target.SignInAsync(sid: "a-session");
        var token = target.Provider.LogoutToken(The.Subject, "a-session");
        spoil(token);

        await target.AssertRefusedAsync("the module's", token.Compact());

        Assert.True(await target.IsAliveAsync(browser));
    }
}
