using System.Text.RegularExpressions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Contract;

/// <summary>A C# file of the repository, read as text.</summary>
internal sealed partial class SourceFile
{
    private SourceFile(string path)
    {
        Path = System.IO.Path.GetRelativePath(Repository.PathTo("."), path);
        Lines = File.ReadAllLines(path);
        Code = CommentOrText().Replace(string.Join('\n', Lines), "");
    }

    /// <summary>From the top of the repository.</summary>
    public string Path { get; }

    public string[] Lines { get; }

    /// <summary>What is left without comments and texts.</summary>
    public string Code { get; }

    /// <summary>Without blank lines and lines that only comment.</summary>
    public int CodeLines => Lines.Count(line => line.Trim() is { Length: > 0 } text && !text.StartsWith("//", StringComparison.Ordinal));

    /// <summary>The feature folder, or the file itself where it lies beside the folders.</summary>
    public string Folder => Path.Split('/') is [_, var folder, _, ..] ? folder : Path.Split('/')[^1];

    /// <summary>All of a project.</summary>
    public static IEnumerable<SourceFile> Of(string project) =>
        Directory.EnumerateFiles(Repository.PathTo(project), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(path => new SourceFile(path));

    /// <summary>The folders whose types it names: by a using, or by a name that begins with a folder.</summary>
    public IEnumerable<string> Uses(IEnumerable<string> folders) => folders.Where(folder =>
        folder != Folder && Regex.IsMatch(Code, $@"(?<![\w.])(Bff\.)?{folder}\.[A-Z]|^\s*using (static |\w+ = )?Bff\.{folder}\b",
            RegexOptions.Multiline));

    /// <summary>Lines of more columns. Raw string literals are left out: a break would change their text.</summary>
    public IEnumerable<string> WideLines(int columns) => RawString()
        .Replace(string.Join('\n', Lines), raw => new string('\n', raw.Value.Count(character => character == '\n'))).Split('\n')
        .Where(line => line.Length > columns).Select(line => $"{Path}: {line.Trim()}");

    public bool Names(string type) => Regex.IsMatch(Code, $@"\b{type}\b");

    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|\$?@?"{3,}.*?"{3,}|\$?@?"(\\.|""|[^"\\\n])*"|'(\\.|[^'\\\n])+'""", RegexOptions.Singleline)]
    private static partial Regex CommentOrText();

    [GeneratedRegex("""\$*"{3,}.*?"{3,}""", RegexOptions.Singleline)]
    private static partial Regex RawString();
}
