namespace Bff.Benchmarks.Sections;

/// <summary>How long things are measured.</summary>
/// <param name="WarmUpRequests">Per connection, at least: on a busy machine seconds alone do not warm up.</param>
/// <param name="Rounds">Each compared case has a turn in each; the medians count.</param>
internal sealed record Plan(bool IsQuick, int Rounds, double RoundSeconds, double WarmUpSeconds, int WarmUpRequests)
{
    public static Plan Quick { get; } = new(true, Rounds: 3, RoundSeconds: 0.2, WarmUpSeconds: 0.4, WarmUpRequests: 200);

    public static Plan Full { get; } = new(false, Rounds: 9, RoundSeconds: 2, WarmUpSeconds: 5, WarmUpRequests: 1_000);

    public T Pick<T>(T quick, T full) => IsQuick ? quick : full;
}
