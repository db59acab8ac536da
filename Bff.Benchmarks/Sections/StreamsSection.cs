using Bff.Benchmarks.Hosting;
using Bff.Benchmarks.Load;
using Bff.Benchmarks.Report;

namespace Bff.Benchmarks.Sections;

/// <summary>Large bodies through <c>/api</c>, down and up: the memory must not grow with them.</summary>
internal static class StreamsSection
{
    private const long Megabyte = 1024 * 1024;

    public static async Task RunAsync(World world, Findings findings)
    {
        var size = world.Plan.Pick(quick: 128, full: 1024) * Megabyte;
        var (yarp, stock, bff) = (await world.YarpAsync(), await world.StockAsync(), await world.BffAsync());
        var table = new Table($"Streams of {size / Megabyte} MB through /api",
            "", "down: CPU µs per MB", "PSS before, MB", "growth, MB", "up: CPU µs per MB", "PSS before, MB", "growth, MB");
        foreach (var server in (Server[])[yarp, stock, bff])
        {
            string[] cookies = server == yarp ? [] : await world.SessionsAsync(server);
            var down = await MeasureAsync(world, server, size, new LoadJob(LoadKind.Requests, [server.Port])
            {
                Target = $"GET /api/stream/{size}",
                Cookies = cookies,
            });
            var up = await MeasureAsync(world, server, size, new LoadJob(LoadKind.Requests, [server.Port])
            {
                Target = "POST /api/bytes",
                BodyLength = size,
                Cookies = cookies,
            });
            table.Add(server.Name, [.. down, .. up]);
            if (server != bff) continue;
            findings.Compare($"stream of {size / Megabyte} MB down: growth of memory, MB", down[2]!.Value, 16);
            findings.Compare($"stream of {size / Megabyte} MB up: growth of memory, MB", up[2]!.Value, 16);
        }
        findings.Print(table);
    }

    private static async Task<double?[]> MeasureAsync(World world, Server server, long size, LoadJob job)
    {
        job = job with { Connections = 1, PerConnection = 1 };
        await world.Load.RunAsync(job with
        {
            Target = job.Target.Replace($"{size}", $"{10 * Megabyte}", StringComparison.Ordinal),
            BodyLength = Math.Min(job.BodyLength, 10 * Megabyte),
        });
        var (before, cpuBefore) = (server.Process.Usage.PssMegabytes, server.Process.Usage.CpuTime);
        var (_, peak) = await MemoryPeak.WhileAsync([server], world.Load.RunAsync(job));
        return [(server.Process.Usage.CpuTime - cpuBefore).TotalMicroseconds * Megabyte / size, before, peak - before];
    }
}
