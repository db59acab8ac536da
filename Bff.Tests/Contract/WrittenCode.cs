using System.Reflection;
using System.Runtime.CompilerServices;

namespace Bff.Tests.Contract;

/// <summary>The BFF as people wrote it: its files and its types.</summary>
internal static class WrittenCode
{
    public static SourceFile[] Sources { get; } = [.. SourceFile.Of("Bff")];

    public static Type[] Types { get; } = [.. typeof(Bff.Program).Assembly.GetTypes().Where(IsWritten)];

    /// <summary>By a person, not by the compiler or a generator.</summary>
    private static bool IsWritten(Type type) =>
        type.Namespace?.StartsWith("Bff", StringComparison.Ordinal) == true
        && !type.Name.Contains('<', StringComparison.Ordinal) && !type.IsDefined(typeof(CompilerGeneratedAttribute))
        && (type.DeclaringType is null || IsWritten(type.DeclaringType));
}
