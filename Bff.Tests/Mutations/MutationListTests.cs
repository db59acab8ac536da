using Bff.Tests.Hosting;

namespace Bff.Tests.Mutations;

/// <summary>The list stays true while the code moves on; <see cref="MutationRun"/> carries it out.</summary>
public sealed class MutationListTests
{
    private const int AtLeast = 25;

    public static TheoryData<string> Defences => [.. Mutation.All.Select(mutation => mutation.Defence)];

    [Theory, MemberData(nameof(Defences))]
    public void A_defence_stands_once_in_the_source_and_its_test_exists(string defence)
    {
        var mutation = Assert.Single(Mutation.All, mutation => mutation.Defence == defence);

        Assert.StartsWith("Bff/", mutation.File, StringComparison.Ordinal);
        var source = File.ReadAllText(Repository.PathTo(mutation.File));
        Assert.True(source.Split(mutation.Find).Length == 2, $"'{mutation.Find}' must stand exactly once in {mutation.File}.");
        Assert.DoesNotContain('\n', mutation.Find);
        Assert.NotEqual(mutation.Find, mutation.Becomes);
        var dot = mutation.Test.LastIndexOf('.');
        Assert.NotNull(typeof(MutationListTests).Assembly.GetType(mutation.Test[..dot])?.GetMethod(mutation.Test[(dot + 1)..]));
    }

    [Fact]
    public void Every_kind_of_defence_is_on_the_list() => Assert.InRange(Mutation.All.Count, AtLeast, int.MaxValue);
}
