namespace Bff.Tests.Mutations;

/// <summary>Removes each defence from the program, one at a time; its test must fail. The output is the report.</summary>
public sealed class MutationRun(MutatedBuilds builds, ITestOutputHelper report) : IClassFixture<MutatedBuilds>
{
    public static TheoryData<string> Defences => [.. Mutation.All.Select(mutation => mutation.Defence)];

    [MutationTheory, MemberData(nameof(Defences))]
    public async Task A_test_notices_that_the_defence_is_gone(string defence)
    {
        var mutation = Mutation.All.Single(mutation => mutation.Defence == defence);

        var (failed, output) = await builds.ResultAsync(mutation);

        Assert.True(failed, $"{mutation.Test} passes without '{mutation.Find}' in {mutation.File}:\n{output}");
        report.WriteLine($"{defence}: {mutation.File}: '{mutation.Find.Trim()}' {Change(mutation)}; noticed by {mutation.Test}");
    }

    private static string Change(Mutation mutation) => mutation.Becomes == "" ? "removed" : $"became '{mutation.Becomes.Trim()}'";
}
