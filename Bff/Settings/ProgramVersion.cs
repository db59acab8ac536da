using System.Reflection;

namespace Bff.Settings;

/// <summary>Which build this is: the version of <c>Directory.Build.props</c> and the commit.</summary>
internal static class ProgramVersion
{
    /// <summary><c>1.2.3+COMMIT</c>; without the commit where the build did not know it.</summary>
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The line that <c>--version</c> prints.</summary>
    public static string Line => Text.Split('+') is [var version, var commit] ? $"Bff {version}, commit {commit}"
        : $"Bff {Text}, commit unknown";
}
