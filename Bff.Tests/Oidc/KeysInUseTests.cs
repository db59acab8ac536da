using System.Net;
using System.Text.Json.Nodes;
using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>Keys that change while people sign in, and unknown key ids.</summary>
public sealed class KeysInUseTests(SharedRedis redis)
{
    [Fact, Row("KEY-02")]
    public async Task The_first_sign_in_after_a_rotation_succeeds()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);

        signIn.Provider.Rotate(TestKey.Third);
        await signIn.AssertAcceptedAsync("rotated between two sign-ins");
        signIn.System.Time.Advance(ProviderMetadata.KeyRefreshCoolDown);
        signIn.Spoil = token =>
        {
            signIn.Provider.Rotate(TestKey.Second.Named("new"));
            token.SignedBy(signIn.Provider.SigningKey);
        };
        await signIn.AssertAcceptedAsync("rotated just before signing, for the second time within five minutes");
    }

    [Fact, Row("KEY-02")]
    public async Task A_second_rotation_within_the_cool_down_only_delays()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        using var browser = signIn.System.Browser();
        await signIn.AssertAcceptedAsync("before", browser);
        signIn.System.Time.Advance(TimeSpan.FromSeconds(10));
        signIn.Provider.Rotate(TestKey.Third);
        await signIn.AssertAcceptedAsync("the first rotation");
        signIn.Provider.Rotate(TestKey.Second.Named("new"));

        await signIn.AssertRefusedAsync("the second", "provider_unavailable");
        var read = signIn.Provider.Count(TestProvider.Jwks);
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(signIn.System)).StatusCode);
        Assert.Equal(read, signIn.Provider.Count(TestProvider.Jwks));

        // The new tokens were kept: the next refresh sends what the last one brought.
        signIn.System.Time.Advance(ProviderMetadata.KeyRefreshCoolDown);
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(signIn.System)).StatusCode);
        var refreshes = signIn.Provider.Requests.Where(request => request.Form["grant_type"] == "refresh_token")
            .Select(request => request.Form["refresh_token"]).ToList();
        Assert.Equal(2, refreshes.Distinct().Count());
        Assert.Equal(read + 1, signIn.Provider.Count(TestProvider.Jwks));
        await signIn.AssertAcceptedAsync("half a minute later");
    }

    [Theory, Row("KEY-02", "RFR-07")]
    [InlineData("sub", "\"another-user\""), InlineData("aud", "\"another-client\""), InlineData("iss", "\"https://evil.example\"")]
    [InlineData("nonce", "\"another\"")]
    public async Task A_wrong_claim_ends_the_session_although_the_key_is_unknown(string claim, string value)
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.System.Time.Advance(TimeSpan.FromSeconds(10));
        signIn.Provider.Rotate(TestKey.Third);
        await signIn.AssertAcceptedAsync("the first rotation");
        signIn.Provider.Rotate(TestKey.Second.Named("new"));
        signIn.Spoil = token => token.With(claim, JsonNode.Parse(value));

        await (await signIn.Browser.RefreshAsync(signIn.System)).ProblemAsync(HttpStatusCode.Unauthorized, "session_ended");
    }

    [Theory, Row("KEY-02", "IDT-01", "IDT-02")]
    [InlineData(""), InlineData("x"), InlineData("none"), InlineData("HS256"), InlineData("RS384")]
    public async Task Within_the_cool_down_a_wrong_algorithm_is_refused(string algorithm)
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.Provider.Rotate(TestKey.Third);
        await signIn.AssertAcceptedAsync("the first rotation");

        signIn.Spoil = token => token.SignedBy(TestKey.Second.Named("unknown")).WithHeader("alg", algorithm);

        await signIn.AssertRefusedAsync($"alg '{algorithm}'");
    }

    [Theory, Row("KEY-03")]
    [InlineData(true), InlineData(false)]
    public async Task Five_hundred_unknown_key_ids_cost_one_read_and_good_sign_ins_succeed(bool keysAreServed)
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        var number = 0;
        signIn.Spoil = token =>
        {
            if (Interlocked.Increment(ref number) is var own && own % 10 != 0) token.SignedBy(TestKey.Third.Named($"key-{own}"));
        };
        if (!keysAreServed) signIn.Provider.Answer(TestProvider.Jwks, 503, "{}");
        var read = signIn.Provider.Count(TestProvider.Jwks);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var places = new SemaphoreSlim(50);

        var locations = await Task.WhenAll(Enumerable.Range(0, 500).Select(async _ =>
        {
            await places.WaitAsync(TestContext.Current.CancellationToken);
            try
            {
                return await signIn.SignInAsync(client);
            }
            finally
            {
                places.Release();
            }
        }));

        Assert.Equal(50, locations.Count(location => location == signIn.System.Spa));
        Assert.Equal(450, locations.Count(location =>
            location!.Query is "?login_error=login_failed" or "?login_error=provider_unavailable"));
        Assert.InRange(signIn.Provider.Count(TestProvider.Jwks) - read, 1, keysAreServed ? 1 : 3);
        Assert.Equal(51, signIn.System.Keys().Count(key => key.Contains(":session:", StringComparison.Ordinal)));
    }
}
