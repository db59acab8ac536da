namespace Bff.Tests.Hosting;

/// <summary>
/// Tests that measure, or whose many processes need the machine: they run after all others and one at a time, so that what they see
/// is the product and not their neighbours.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
