using System.Diagnostics;
using Bff.Benchmarks.Hosting;
using Bff.Benchmarks.Report;

namespace Bff.Benchmarks.Sections;

/// <summary>From the start of the process until it is ready, and what it holds in memory before any request.</summary>
internal static class StartSection
{
    public static async Task RunAsync(World world, Findings findings)
    {
        var published = await PublishedBff.PublishAsync();
        // Not on the shared servers, and without a user pool that signs at the same time.
        Dictionary<string, Func<Task<Server>>> starts = new()
        {
            ["Kestrel, fixed JSON"] = () => Programs.ServeAsync("kestrel", ""),
            ["stock stack"] = () => world.StartStockAsync(""),
            ["BFF"] = () => world.StartBffAsync(""),
            ["BFF, as in the image"] = () => world.StartBffAsync("", published: published),
        };
        var (times, idle) = (starts.Keys.ToDictionary(name => name, _ => new List<double>()), new Dictionary<string, double>());
        for (var round = 0; round < world.Plan.Pick(quick: 1, full: 7); round++)
        {
            foreach (var (name, startAsync) in starts)
            {
                var started = Stopwatch.GetTimestamp();
                await using var server = await startAsync();
                times[name].Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                if (round > 0) continue;
                await Task.Delay(world.Plan.Pick(quick: 1_000, full: 10_000));
                idle[name] = server.Process.Usage.PssMegabytes;
            }
        }

        var table = new Table("Start and idle memory", "", "start to ready, ms", "idle PSS, MB");
        foreach (var name in starts.Keys) table.Add(name, Reading.Middle(times[name]), idle[name]);
        findings.Print(table);
        findings.Compare("idle PSS, MB", idle["BFF"], 60);
        findings.Compare("start to ready as in the image, ms", Reading.Middle(times["BFF, as in the image"]), 350);
    }
}
