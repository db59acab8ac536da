namespace Bff.Benchmarks.Hosting;

/// <summary>What all servers have in common: the same settings of the runtime, and none of the caller's environment.</summary>
internal static class CommonRuntime
{
    public static void Set(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(IsSetting).ToList()) environment.Remove(name);
        environment["DOTNET_gcServer"] = "0";
        environment["DOTNET_EnableDiagnostics"] = "0";
    }

    private static bool IsSetting(string name) =>
        name.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || name.StartsWith("Logging__", StringComparison.Ordinal)
        || name.Contains("__", StringComparison.Ordinal);
}
