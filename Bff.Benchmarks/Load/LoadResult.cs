namespace Bff.Benchmarks.Load;

/// <summary>What came of a load. Times are in microseconds.</summary>
/// <param name="Count">Requests, sign-ins or delivered events.</param>
/// <param name="Failure">The first of the failures.</param>
internal sealed record LoadResult(long Count, long Failures, string? Failure, double Seconds, double P50, double P99, double Slowest)
{
    public static LoadResult Of(IEnumerable<Tally> tallies, TimeSpan elapsed)
    {
        var all = tallies.ToList();
        var times = all.SelectMany(tally => tally.Times).ToArray();
        Array.Sort(times);
        return new LoadResult(times.Length, all.Sum(tally => tally.Failures), all.Find(tally => tally.Failure is not null)?.Failure,
            elapsed.TotalSeconds, Percentile(times, 0.50), Percentile(times, 0.99), Percentile(times, 1));
    }

    private static double Percentile(double[] sorted, double share) =>
        sorted is [] ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
}
