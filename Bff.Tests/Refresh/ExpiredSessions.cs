using System.Diagnostics;
using System.Net;
using Bff.Local.UserPool;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;
using Bff.Tests.Resilience;

namespace Bff.Tests.Refresh;

/// <summary>Sessions whose access tokens have expired, and what became of them.</summary>
internal static class ExpiredSessions
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);

    public static Action<UserPoolOptions> Rotation(int grace) => options =>
        (options.Clients[0].RefreshTokenRotation.Feature, options.Clients[0].RefreshTokenRotation.RetryGracePeriodSeconds) =
            ("ENABLED", grace);

    /// <summary>A browser that has signed in, and whose access token has expired by the test's clock.</summary>
    public static async Task<Browser> ExpiredAsync(this BffSystem system)
    {
        var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromMinutes(61));
        return browser;
    }

    /// <summary>
    /// Signs in, each in a browser of its own, and returns when their tokens have expired by the machine's clock; what is issued
    /// from then on lives long.
    /// </summary>
    public static async Task<FleetBrowser[]> ExpiredAsync(this Fleet fleet, int count)
    {
        fleet.Pool.Faults.Plan = new FaultPlan { AccessTokenLifetime = Lifetime };
        var browsers = new FleetBrowser[count];
        for (var i = 0; i < count; i++) browsers[i] = await fleet.SignInAsync(at: i % fleet.Instances.Count);
        var signedIn = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(signedIn) < Lifetime + TimeSpan.FromMilliseconds(200))
            await Task.Delay(50, TestContext.Current.CancellationToken);
        fleet.Pool.Faults.Clear();
        return browsers;
    }

    public static async Task AreOkAsync(this IEnumerable<Task<HttpResponseMessage>> calls)
    {
        var answers = await Task.WhenAll(calls);
        foreach (var answer in answers)
        {
            Assert.True(answer.StatusCode == HttpStatusCode.OK,
                $"{answer.RequestMessage?.RequestUri}: {answer.StatusCode} "
                + $"{await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }

    /// <summary>What the instances wrote about sessions that ended.</summary>
    public static string[] Ends(this Fleet fleet) =>
        [.. fleet.Instances.SelectMany(instance => instance.Log)
            .Where(line => line.Contains("Session ", StringComparison.Ordinal) && line.Contains(" ended (", StringComparison.Ordinal))];
}
