namespace Bff.Tests.Hosting;

/// <summary>
/// Tests that measure, that listen to the whole process, or whose many processes need the machine. They run after all others and one at
/// a time, so that they see the product and not their neighbours.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
