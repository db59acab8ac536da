using Bff.Benchmarks.Report;

namespace Bff.Benchmarks.Sections;

/// <summary>Runs the sections that the command line names, or all.</summary>
internal static class Measurements
{
    private static readonly Dictionary<string, Func<World, Findings, Task>> Sections = new()
    {
        ["me"] = MeSection.RunAsync,
        ["api"] = ApiSection.RunAsync,
        ["login"] = LoginSection.RunAsync,
        ["redis"] = RedisSection.RunAsync,
        ["start"] = StartSection.RunAsync,
        ["storm"] = StormSection.RunAsync,
        ["events"] = EventsSection.RunAsync,
        ["streams"] = StreamsSection.RunAsync,
        ["scale"] = ScaleSection.RunAsync,
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var names = args.Where(arg => arg != "--quick").ToArray();
        if (names.FirstOrDefault(name => !Sections.ContainsKey(name)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"There is no section '{unknown}'. The sections are {string.Join(' ', Sections.Keys)}; "
                + "--quick measures for a shorter time, and pieces runs BenchmarkDotNet.");
            return 1;
        }

        var findings = new Findings(Console.Out);
        var plan = args.Contains("--quick") ? Plan.Quick : Plan.Full;
        // A short warm-up is enough when the runtime does not wait before it optimizes. All servers inherit it.
        if (plan.IsQuick) Environment.SetEnvironmentVariable("DOTNET_TC_CallCountingDelayMs", "0");
        await using (var world = await World.StartAsync(plan))
        {
            foreach (var name in names is [] ? Sections.Keys.ToArray() : names) await Sections[name](world, findings);
        }
        findings.PrintTargets();
        return 0;
    }
}
