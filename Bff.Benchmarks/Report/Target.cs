namespace Bff.Benchmarks.Report;

/// <summary>What a figure should be at most.</summary>
internal sealed record Target(string What, double Measured, double AtMost)
{
    public bool IsMet => Measured <= AtMost;

    public static string Render(IEnumerable<Target> targets) => string.Join('\n',
    [
        "### Targets", "", "| figure | measured | at most | |", "| --- | --: | --: | --- |",
        .. targets.Select(target =>
            $"| {target.What} | {Table.Text(target.Measured)} | {Table.Text(target.AtMost)} | {(target.IsMet ? "met" : "**missed**")} |"),
    ]) + "\n";
}
