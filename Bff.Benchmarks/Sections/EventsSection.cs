using Bff.Benchmarks.Hosting;
using Bff.Benchmarks.Load;
using Bff.Benchmarks.Report;

namespace Bff.Benchmarks.Sections;

/// <summary><c>GET /events</c>: sessions are refreshed, and all their open streams, on all instances, must show it.</summary>
internal static class EventsSection
{
    private const int Instances = World.FleetSize, Sessions = 8, StreamsPerSession = 60, Streams = Sessions * StreamsPerSession;

    public static async Task RunAsync(World world, Findings findings)
    {
        var fleet = await world.FleetAsync();
        var cookies = await world.SignInAsync(fleet.First, Sessions);
        var table = new Table($"/events, {Streams} streams of {Sessions} sessions; times from the start of POST /refresh",
            "", "events", "p50 ms", "p99 ms", "slowest ms", "CPU µs per event, refresh included", "KB per open stream");
        foreach (var count in (int[])[1, Instances])
        {
            var servers = fleet.Instances[..count];
            var job = new LoadJob(LoadKind.Events, fleet.Ports(count))
            {
                Cookies = cookies,
                StreamsPerSession = StreamsPerSession,
                PerConnection = 3,
            };
            await world.Load.RunAsync(job);
            var (memoryBefore, cpuBefore) = (MemoryPeak.Now(servers), Cpu(servers));
            job = job with { PerConnection = world.Plan.Pick(quick: 5, full: 50) };
            var (result, peak) = await MemoryPeak.WhileAsync(servers, world.Load.RunAsync(job));
            table.Add($"BFF, {count} {(count == 1 ? "instance" : "instances")}", result.Count, result.P50 / 1000, result.P99 / 1000,
                result.Slowest / 1000, (Cpu(servers) - cpuBefore) / result.Count, (peak - memoryBefore) * 1024 / Streams);
        }
        findings.Print(table);
    }

    private static double Cpu(IEnumerable<Server> servers) => servers.Sum(server => server.Process.Usage.CpuTime.TotalMicroseconds);
}
