using Bff.Benchmarks.Hosting;
using Bff.Benchmarks.Load;

namespace Bff.Benchmarks.Sections;

/// <summary>One of several loads that are compared.</summary>
/// <param name="Servers">Whose CPU time counts.</param>
/// <param name="Redis">Whose commands count.</param>
internal sealed record Case(string Name, Server[] Servers, LoadJob Job, RedisServer Redis)
{
    /// <summary>How many requests warm it up, as a share of the plan's: less than 1 where one request is much work.</summary>
    public double WarmUpShare { get; init; } = 1;

    public static Case Of(string name, Server server, RedisServer redis, LoadJob job) => new(name, [server], job, redis);
}

/// <summary>What a case cost per request: CPU time in microseconds, times in milliseconds.</summary>
/// <param name="Cpu">Of the servers under test, as <paramref name="Pss"/>, which is in megabytes.</param>
internal sealed record Reading(double Cpu, double P50, double P99, double PerSecond, double RedisCommands, double RedisCpu, double Pss)
{
    public static Reading Median(IReadOnlyList<Reading> rounds) => new(
        Middle(rounds.Select(round => round.Cpu)), Middle(rounds.Select(round => round.P50)), Middle(rounds.Select(round => round.P99)),
        Middle(rounds.Select(round => round.PerSecond)), Middle(rounds.Select(round => round.RedisCommands)),
        Middle(rounds.Select(round => round.RedisCpu)), Middle(rounds.Select(round => round.Pss)));

    public static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
