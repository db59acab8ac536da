namespace Bff.Tests.Hosting;

/// <summary>A program of this machine that some tests need and that no NuGet package brings.</summary>
internal static class InstalledProgram
{
    public static string? Find(params string[] names) =>
        (from name in names
         from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
         let path = Path.Combine(folder, name)
         where File.Exists(path)
         select path).FirstOrDefault();

    /// <summary>Skips the running test by name, or fails it where nothing may be skipped (<c>CI=true</c>).</summary>
    public static string Require(string? path, string program, string debianPackage)
    {
        if (path is not null)
        {
            return path;
        }

        var reason = $"needs {program} (Debian package: {debianPackage})";
        Assert.False(MayNotBeMissing, reason);
        Assert.Skip(reason);
        throw new InvalidOperationException(reason);
    }

    /// <summary>On a build machine a test that silently does not run is a defect.</summary>
    public static bool MayNotBeMissing { get; } =
        string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);
}
