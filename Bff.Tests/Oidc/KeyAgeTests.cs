using System.Diagnostics;
using System.Net;
using Bff.Oidc;
using Bff.Tests.Hosting;

namespace Bff.Tests.Oidc;

/// <summary>How long what was read once is believed, and that an outage changes nothing.</summary>
public sealed class KeyAgeTests(SharedRedis redis)
{
    [Fact, Row("KEY-04")]
    public async Task A_withdrawn_key_stops_verifying_within_the_maximum_age()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis);
        signIn.Provider.Rotate(TestKey.Second);
        signIn.Provider.SigningKey = TestKey.First;
        await signIn.AssertAcceptedAsync("withdrawn, which is not known yet");

        await ReadAgainAsync(signIn);
        signIn.Provider.SigningKey = TestKey.Second;
        await signIn.AssertAcceptedAsync("the key that is left", signIn.Browser);
        signIn.Provider.SigningKey = TestKey.First;

        await signIn.AssertRefusedAsync("a withdrawn key");
    }

    [Fact, Row("KEY-07", "KEY-04")]
    public async Task While_discovery_is_down_sign_ins_and_refreshes_go_on_and_cost_no_read_each()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis, ("Session:IdleTimeout", "12:00:00"));
        signIn.Provider.Answer(TestProvider.Discovery, 503, "{}");
        var read = signIn.Provider.Count(TestProvider.Discovery);

        signIn.System.Time.Advance(ProviderMetadata.MaximumAge);
        for (var use = 0; use < 10; use++) await signIn.AssertAcceptedAsync("an aged document");
        Assert.Equal(HttpStatusCode.OK, (await signIn.Browser.RefreshAsync(signIn.System)).StatusCode);
        // The first is the reading of what has aged; the library may try an answer of 503 again by itself.
        Assert.InRange(signIn.Provider.Count(TestProvider.Discovery) - read, 1, 3);

        signIn.Provider.Answer(TestProvider.Discovery, null);
        signIn.Provider.Rotate(TestKey.Second);
        signIn.Provider.SigningKey = TestKey.First;
        await ReadAgainAsync(signIn);
        signIn.Provider.SigningKey = TestKey.Second;
        await signIn.AssertAcceptedAsync("after the outage", signIn.Browser);
        signIn.Provider.SigningKey = TestKey.First;
        await signIn.AssertRefusedAsync("withdrawn during the outage");
    }

    [Fact, Row("KEY-04", "KEY-07")]
    public async Task A_document_that_turns_bad_with_age_is_not_taken_over()
    {
        await using var signIn = await TamperedSignIn.StartAsync(redis, ("Session:IdleTimeout", "12:00:00"));
        var read = signIn.Provider.Count(TestProvider.Discovery);
        signIn.Provider.Metadata["issuer"] = "https://evil.example\r\nwarn: forged line";
        signIn.Provider.Metadata["authorization_endpoint"] = "https://evil.example/authorize";

        signIn.System.Time.Advance(ProviderMetadata.MaximumAge);
        await UntilAsync(() => signIn.System.Logs.All.Contains("byte for byte", StringComparison.Ordinal), () => { });

        Assert.Equal(read + 1, signIn.Provider.Count(TestProvider.Discovery));
        await signIn.AssertAcceptedAsync("the document of before");
        Assert.DoesNotContain("\nwarn: forged line", signIn.System.Logs.All, StringComparison.Ordinal);
    }

    /// <summary>Two readings: the second only begins when what the first has brought is in use.</summary>
    private static async Task ReadAgainAsync(TamperedSignIn signIn)
    {
        var read = signIn.Provider.Count(TestProvider.Jwks);
        await UntilAsync(() => signIn.Provider.Count(TestProvider.Jwks) >= read + 2, () =>
            signIn.System.Time.Advance(ProviderMetadata.MaximumAge));
    }

    private static async Task UntilAsync(Func<bool> condition, Action betweenPolls)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "It never came to be.");
            betweenPolls();
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
