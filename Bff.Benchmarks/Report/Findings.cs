namespace Bff.Benchmarks.Report;

/// <summary>Prints each table when it is ready, and at the end which targets were met.</summary>
internal sealed class Findings(TextWriter output)
{
    private readonly List<Target> targets = [];

    public void Print(Table table) => output.WriteLine(table);

    public void Compare(string what, double measured, double atMost) => targets.Add(new Target(what, measured, atMost));

    public void PrintTargets()
    {
        if (targets is not []) output.WriteLine(Target.Render(targets));
    }
}
