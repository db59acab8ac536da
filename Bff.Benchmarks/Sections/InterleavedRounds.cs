using Bff.Benchmarks.Hosting;
using Bff.Benchmarks.Load;

namespace Bff.Benchmarks.Sections;

/// <summary>Measures cases side by side: all are warmed up, then each has a turn in every round.</summary>
internal static class InterleavedRounds
{
    /// <summary>The runtime optimizes in the background: what a pass has shown to be hot is ready at the next one.</summary>
    private const int WarmUpPasses = 3;

    public static async Task<Dictionary<string, Reading>> RunAsync(IReadOnlyList<Case> cases, LoadProcess load, Plan plan)
    {
        for (var pass = 0; pass < WarmUpPasses; pass++)
        {
            foreach (var each in cases) await load.RunAsync(WarmUp(each, plan));
        }
        var readings = cases.ToDictionary(each => each.Name, _ => new List<Reading>());
        for (var round = 0; round < plan.Rounds; round++)
        {
            foreach (var each in cases) readings[each.Name].Add(await MeasureAsync(each, load, plan));
        }
        return readings.ToDictionary(pair => pair.Key, pair => Reading.Median(pair.Value));
    }

    private static async Task<Reading> MeasureAsync(Case measured, LoadProcess load, Plan plan)
    {
        var commandsBefore = await measured.Redis.Commands.CountAsync();
        var (cpuBefore, redisCpuBefore) = (CpuMicroseconds(measured), measured.Redis.Usage.CpuTime);
        var result = await load.RunAsync(measured.Job with { Seconds = plan.RoundSeconds });
        var cpu = CpuMicroseconds(measured) - cpuBefore;
        var redisCpu = (measured.Redis.Usage.CpuTime - redisCpuBefore).TotalMicroseconds;
        var commands = await measured.Redis.Commands.CountAsync() - commandsBefore;
        return new Reading(cpu / result.Count, result.P50 / 1000, result.P99 / 1000, result.Count / result.Seconds,
            (double)commands / result.Count, redisCpu / result.Count, MemoryPeak.Now(measured.Servers));
    }

    private static LoadJob WarmUp(Case warmed, Plan plan) => warmed.Job with
    {
        Seconds = plan.WarmUpSeconds / WarmUpPasses,
        PerConnection = Math.Max(1, (int)(plan.WarmUpRequests * warmed.WarmUpShare) / WarmUpPasses),
    };

    private static double CpuMicroseconds(Case measured) =>
        measured.Servers.Sum(server => server.Process.Usage.CpuTime.TotalMicroseconds);
}
