using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>Three instances behind nginx are replaced one after the other, while users work.</summary>
[Collection(Alone.Name)]
public sealed partial class RolloutTests(SharedRedis redis)
{
    /// <param name="keepalive">Whether nginx keeps connections to the instances.</param>
    [Theory, Row("OPS-03")]
    [InlineData(false), InlineData(true)]
    public async Task A_rolling_restart_under_load_fails_no_request_and_signs_no_one_out(bool keepalive)
    {
        await using var fleet = await Fleet.StartAsync(await redis.GetConfigurationAsync(),
            settings: [("Session:MinimumRefreshInterval", "00:00:00"), ("Bff:ShutdownDelay", "00:00:01")],
            pool: options => options.Clients[0].RefreshTokenRotation = new() { Feature = "ENABLED", RetryGracePeriodSeconds = 30 });
        await using var nginx = await StartNginxAsync(fleet, keepalive);
        FleetBrowser[] users = [await fleet.SignInAsync(), await fleet.SignInAsync(), await fleet.SignInAsync()];
        string[] sessions = [.. users.Select(user => user.Session!)];
        fleet.Front = nginx.Url;
        var began = Stopwatch.GetTimestamp();

        await using var load = Load.Start(fleet, users);
        var exitCodes = new List<int>();
        foreach (var instance in fleet.Instances)
        {
            exitCodes.Add(await instance.StopAsync());
            await instance.StartAsync();
        }
        await load.EndAsync();

        TestContext.Current.TestOutputHelper!.WriteLine($"Rolling restart, keepalive {keepalive}, in "
            + $"{Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s: {load.Figures(began)}");
        Assert.Equal([0, 0, 0], exitCodes);
        Assert.Empty(load.Failures);
        Assert.True(load.Answers.Count > 100 && load.SignedIn.Count > 3, $"{load.Answers.Count} answers");
        Assert.Equal(sessions, users.Select(user => user.Session));
        foreach (var user in users.Concat(load.SignedIn.Select(signedIn => signedIn.Browser)))
            Assert.Equal(HttpStatusCode.OK, (await user.MeAsync()).StatusCode);
        foreach (var user in users) user.Dispose();
    }

    /// <summary>The configuration of the page, for three instances.</summary>
    private static async Task<Nginx> StartNginxAsync(Fleet fleet, bool keepalive)
    {
        var page = await File.ReadAllTextAsync(Repository.PathTo("docs/interoperability.md"), TestContext.Current.CancellationToken);
        var configuration = Configuration().Match(page).Groups[1].Value;
        var servers = string.Concat(fleet.Instances.Select(instance => $"server 127.0.0.1:{instance.Url.Port} max_fails=0; "));
        return await Nginx.StartAsync(nginx =>
        {
            var used = Upstream().Replace(configuration, $"upstream bff {{ {servers}{(keepalive ? "keepalive 8;" : "")} }}")
                .Replace("listen 443 ssl;", $"listen 127.0.0.1:{nginx.Url.Port};", StringComparison.Ordinal);
            return keepalive ? used.Replace("'' close", "'' ''", StringComparison.Ordinal) : used;
        });
    }

    [GeneratedRegex("```nginx\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Configuration();

    [GeneratedRegex("upstream bff .*")]
    private static partial Regex Upstream();
}
