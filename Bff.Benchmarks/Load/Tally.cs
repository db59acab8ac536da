using System.Diagnostics;

namespace Bff.Benchmarks.Load;

/// <summary>The answers that one connection got.</summary>
internal sealed class Tally
{
    private readonly List<double> times = new(4096);

    public IReadOnlyList<double> Times => times;

    public long Failures { get; private set; }

    public string? Failure { get; private set; }

    public void Add(long startedAt) => times.Add(Stopwatch.GetElapsedTime(startedAt).TotalMicroseconds);

    public void Fail(string failure)
    {
        Failures++;
        Failure ??= failure;
    }
}
