namespace Bff.Benchmarks.Sections;

/// <summary>How long things are measured.</summary>
/// <param name="Rounds">Each compared case has a turn in each; the medians count.</param>
internal sealed record Plan(bool IsQuick, int Rounds, double RoundSeconds, double WarmUpSeconds)
{
    public static Plan Quick { get; } = new(true, Rounds: 3, RoundSeconds: 0.2, WarmUpSeconds: 0.4);

    public static Plan Full { get; } = new(false, Rounds: 9, RoundSeconds: 2, WarmUpSeconds: 5);

    public T Pick<T>(T quick, T full) => IsQuick ? quick : full;
}
