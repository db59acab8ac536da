using Bff.Benchmarks.Report;

namespace Bff.Benchmarks.Sections;

/// <summary>Readings as a table, with their ratios to the cases that they are compared with.</summary>
internal static class ReadingTable
{
    public static Table Of(string title, Dictionary<string, Reading> readings, params string[] baselines)
    {
        var table = new Table(title,
            ["", "CPU µs", .. baselines.Select(name => $"to {name}"), "p50 ms", "p99 ms", "per second", "Redis commands",
                "CPU µs of Redis", "PSS MB"]);
        foreach (var (name, reading) in readings)
        {
            table.Add(name, [reading.Cpu, .. baselines.Select(baseline => (double?)(reading.Cpu / readings[baseline].Cpu)),
                reading.P50, reading.P99, reading.PerSecond, reading.RedisCommands, reading.RedisCpu, reading.Pss]);
        }
        return table;
    }
}
