using System.Diagnostics;
using Bff.Benchmarks.Hosting;
using Bff.Benchmarks.Load;
using Bff.Benchmarks.Report;
using Bff.Local.UserPool.RemoteControl;

namespace Bff.Benchmarks.Sections;

/// <summary>
/// Refresh storms: the access token has just expired, all callers on three instances come at once, and the user pool accepts a refresh
/// token only once.
/// </summary>
internal static class StormSection
{
    private const int Instances = World.FleetSize, CallersPerInstance = 200;
    private const string TokenEndpoint = "/oauth2/token";

    private static readonly TimeSpan TokenLifetime = TimeSpan.FromSeconds(1), Latency = TimeSpan.FromMilliseconds(200);

    private sealed record Storm(int TokenCalls, long Failures, double Slowest);

    public static async Task RunAsync(World world, Findings findings)
    {
        var fleet = await world.FleetAsync();
        await WarmUpAsync(world, fleet);
        var rotation = world.Pool.Options.Clients[0].RefreshTokenRotation;
        (rotation.Feature, rotation.RetryGracePeriodSeconds) = ("ENABLED", 0);
        var storms = new List<Storm>();
        var warmUps = world.Plan.Pick(quick: 1, full: 3);
        for (var i = 0; i < warmUps + world.Plan.Pick(quick: 2, full: 10); i++) storms.Add(await RunStormAsync(world, fleet));
        var tokenTime = await TokenTimeAsync(world);
        world.Pool.Handle.Faults.Clear();
        rotation.Feature = "DISABLED";

        var counted = storms.Skip(warmUps).ToList();
        var slowest = Percentile95(counted.Select(storm => storm.Slowest));
        findings.Print(new Table(
            $"Refresh storms, {Instances * CallersPerInstance} callers on {Instances} instances, {counted.Count} storms",
            "", "token calls of one", "failures of all", "token endpoint, ms", "slowest caller, median, ms", "slowest caller, p95, ms")
            .Add("BFF", counted.Average(storm => storm.TokenCalls), counted.Sum(storm => storm.Failures), tokenTime,
                Reading.Middle(counted.Select(storm => storm.Slowest)), slowest));
        findings.Compare("storm: token calls, at most in one", counted.Max(storm => storm.TokenCalls), 1);
        findings.Compare("storm: failures, all together", counted.Sum(storm => storm.Failures), 0);
        findings.Compare("storm: slowest caller beyond the token endpoint, p95, ms", slowest - tokenTime, 100);
    }

    /// <summary>Instances that have just started would show their compiler, not the refresh.</summary>
    private static async Task WarmUpAsync(World world, Fleet fleet) =>
        await world.Load.RunAsync(Calls(fleet, await world.SignInAsync(fleet.First, 1)) with
        {
            Seconds = world.Plan.WarmUpSeconds,
            PerConnection = world.Plan.WarmUpRequests,
            Connections = 64 * Instances,
        });

    private static async Task<Storm> RunStormAsync(World world, Fleet fleet)
    {
        var pool = world.Pool.Handle;
        pool.Faults.Plan = new FaultPlan { AccessTokenLifetime = TokenLifetime };
        var session = await world.SignInAsync(fleet.First, 1);
        await Task.Delay(TokenLifetime + TimeSpan.FromMilliseconds(200));
        pool.Faults.Plan = new FaultPlan();
        pool.Faults.On(TokenEndpoint, new EndpointFault { Latency = Latency });
        var before = pool.Requests.Grants("refresh_token");
        var result = await world.Load.TryAsync(Calls(fleet, session) with
        {
            Connections = Instances * CallersPerInstance,
            PerConnection = 1,
        });
        return new Storm(pool.Requests.Grants("refresh_token") - before, result.Failures, result.Slowest / 1000);
    }

    private static LoadJob Calls(Fleet fleet, string[] session) =>
        new(LoadKind.Requests, fleet.Ports(Instances)) { Target = "GET /api/bytes/1024", Cookies = session };

    /// <summary>What the token endpoint takes by itself, with the same latency, for one caller.</summary>
    private static async Task<double> TokenTimeAsync(World world)
    {
        var times = new List<double>();
        for (var i = 0; i < 3; i++)
        {
            var refreshToken = await world.Pool.RefreshTokenAsync();
            var started = Stopwatch.GetTimestamp();
            await world.Pool.RefreshAsync(refreshToken);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        return Reading.Middle(times);
    }

    /// <summary>By the nearest rank.</summary>
    private static double Percentile95(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)Math.Ceiling(0.95 * sorted.Length) - 1];
    }
}
