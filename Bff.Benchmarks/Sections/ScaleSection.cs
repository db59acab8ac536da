using Bff.Benchmarks.Hosting;
using Bff.Benchmarks.Load;
using Bff.Benchmarks.Report;

namespace Bff.Benchmarks.Sections;

/// <summary>
/// The cost of a request must not grow with the sessions in Redis or with the instances. Each instance has the same number of connections.
/// </summary>
internal static class ScaleSection
{
    private const int Instances = World.FleetSize, ConnectionsPerInstance = 64;

    /// <summary>A Redis with so many sessions, and the instances on it.</summary>
    private sealed record Installation(int Sessions, RedisServer Redis, Fleet Fleet, string[] Cookies);

    public static async Task RunAsync(World world, Findings findings)
    {
        var installations = new List<Installation>();
        try
        {
            foreach (var sessions in world.Plan.Pick<int[]>(quick: [1_000, 100_000], full: [1_000, 100_000, 1_000_000]))
            {
                if (await StartAsync(world, sessions) is { } installation) installations.Add(installation);
                else Console.WriteLine($"Left out: {sessions:#,0} sessions do not fit into this machine's memory.\n");
            }
            await MeasureAsync(world, findings, "GET /me", installations);
            if (!world.Plan.IsQuick) await MeasureAsync(world, findings, "GET /api/bytes/1024", installations);
        }
        finally
        {
            foreach (var installation in installations) await EndAsync(installation.Redis, installation.Fleet);
        }
    }

    private static async Task<Installation?> StartAsync(World world, int sessions)
    {
        var redis = await RedisServer.StartAsync();
        var fleet = await world.StartFleetAsync(redis.Configuration);
        var before = KeySizes.AllOf(redis);
        await world.SignInAsync(fleet.First, 1);
        var keys = KeySizes.AllOf(redis).Except(before).ToList();
        if (await FilledRedis.FitsAsync(redis, keys, sessions))
        {
            await FilledRedis.FillAsync(redis, keys, sessions);
            return new Installation(sessions, redis, fleet, await world.SignInAsync(fleet.First, UserPool.Users));
        }
        await EndAsync(redis, fleet);
        return null;
    }

    private static async Task MeasureAsync(World world, Findings findings, string target, IReadOnlyList<Installation> installations)
    {
        var cases = installations.SelectMany(installation => ((int[])[1, Instances]).Select(count => Of(installation, count, target)));
        var readings = await InterleavedRounds.RunAsync([.. cases], world.Load, world.Plan);

        var (fewest, most) = (installations[0].Sessions, installations[^1].Sessions);
        findings.Print(ReadingTable.Of($"{target}, per request, by sessions in Redis", readings, Name(fewest, 1)));
        foreach (var count in (int[])[1, Instances])
        {
            findings.Compare($"{target}: CPU with {most:#,0} sessions to {fewest:#,0}, instances: {count}",
                readings[Name(most, count)].Cpu / readings[Name(fewest, count)].Cpu, 1.1);
        }
        findings.Compare($"{target}: CPU with {Instances} instances to one",
            readings[Name(fewest, Instances)].Cpu / readings[Name(fewest, 1)].Cpu, 1.25);
    }

    private static Case Of(Installation installation, int instances, string target) => new(
        Name(installation.Sessions, instances), installation.Fleet.Instances[..instances],
        new LoadJob(LoadKind.Requests, installation.Fleet.Ports(instances))
        {
            Target = target,
            Connections = ConnectionsPerInstance * instances,
            Cookies = installation.Cookies,
        },
        installation.Redis);

    private static string Name(int sessions, int instances) =>
        $"{sessions:#,0} sessions, {instances} {(instances == 1 ? "instance" : "instances")}";

    private static async Task EndAsync(RedisServer redis, Fleet fleet)
    {
        await fleet.DisposeAsync();
        await redis.DisposeAsync();
    }
}
