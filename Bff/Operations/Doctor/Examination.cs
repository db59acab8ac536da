namespace Bff.Operations.Doctor;

/// <summary>All checks, at once; the order of the findings does not depend on which one ends first.</summary>
internal static class Examination
{
    /// <summary>Of each group. Together with the start of the process it stays below the promised 20 seconds.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(16);

    public static async Task<IReadOnlyList<Finding>> RunAsync(string[] settings)
    {
        var installation = await Installation.ReadAsync(settings);
        var groups = await Task.WhenAll(
            WithinTimeAsync("provider", () => ProviderChecks.RunAsync(installation)),
            WithinTimeAsync("Redis", () => RedisChecks.RunAsync(installation)),
            WithinTimeAsync("API", () => ApiChecks.RunAsync(installation)));
        return [.. SettingsCheck.Judge(installation), .. groups.SelectMany(findings => findings)];
    }

    /// <summary>A check that hangs, or fails in an unforeseen way, must not hide the findings of the others.</summary>
    private static async Task<IReadOnlyList<Finding>> WithinTimeAsync(string group, Func<Task<IReadOnlyList<Finding>>> checks)
    {
        try
        {
            return await Task.Run(checks).WaitAsync(Timeout);
        }
        catch (TimeoutException)
        {
            return [Finding.Fail(group, $"Its checks did not end within {Timeout.TotalSeconds:0} seconds.", "Does it hang?")];
        }
        catch (Exception exception)
        {
            return [Finding.Fail(group, $"Its checks ended with {exception.GetType().Name}.", "This is a fault of doctor: report it.")];
        }
    }
}
