namespace Bff.Tests.Contract;

/// <summary>SECURITY.md promises nothing that no test keeps. <c>WRITE_SECURITY=1</c> writes its counts and test names.</summary>
public sealed class SecurityPageTests
{
    private static readonly string Written = File.ReadAllText(SecurityPage.Path);

    [Fact]
    public void Every_promise_is_kept_by_a_test()
    {
        var promises = SecurityPage.Promises(Written);

        Assert.True(promises.Count > 100, "The table was not read.");
        Assert.Empty(promises.Where(promise => promise.Applies && promise.Tests.Count == 0).Select(promise => promise.Id));
    }

    [Fact]
    public void Every_row_that_a_test_names_stands_on_the_page() =>
        Assert.Empty(SecurityPage.Tests.Select(row => row.Key).Except(SecurityPage.Promises(Written).Select(promise => promise.Id)));

    [Fact]
    public async Task The_counts_and_the_names_are_those_of_the_tests()
    {
        var now = await SecurityPage.RenderAsync(Written);

        if (Environment.GetEnvironmentVariable("WRITE_SECURITY") is not null)
            await File.WriteAllTextAsync(SecurityPage.Path, now, TestContext.Current.CancellationToken);
        else Assert.Equal(now, Written);
    }
}
