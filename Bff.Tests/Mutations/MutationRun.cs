using System.Collections.Concurrent;

namespace Bff.Tests.Mutations;

/// <summary>Takes each defence out of the program, one at a time, and sees its test fail.</summary>
public sealed class MutationRun(MutatedBuilds builds) : IClassFixture<MutatedBuilds>
{
    private static readonly ConcurrentBag<string> Noticed = [];

    public static TheoryData<string> Defences => [.. Mutation.All.Select(mutation => mutation.Defence)];

    [MutationTheory, MemberData(nameof(Defences))]
    public async Task A_test_notices_that_the_defence_is_gone(string defence)
    {
        var mutation = Mutation.All.Single(mutation => mutation.Defence == defence);

        var (failed, output) = await builds.ResultAsync(mutation);

        Assert.True(failed, $"{mutation.Test} passes without '{mutation.Find}' in {mutation.File}:\n{output}");
        Noticed.Add(defence);
        if (Noticed.Count == Mutation.All.Count && Environment.GetEnvironmentVariable("WRITE_MUTATIONS") is not null)
            await File.WriteAllTextAsync(MutationReport.Path, MutationReport.Render(Mutation.All), TestContext.Current.CancellationToken);
    }
}
