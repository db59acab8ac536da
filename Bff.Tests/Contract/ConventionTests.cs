using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using static Bff.Tests.Contract.WrittenCode;

namespace Bff.Tests.Contract;

/// <summary>How the code is written: how large, how open, how named.</summary>
public sealed class ConventionTests
{
    private const int MaximumLines = 150, MaximumWidth = 140;

    private static readonly string[] Banned = ["Manager", "Helper", "Util", "Utils", "Utility", "Service", "Base", "Impl", "Data", "Info"];

    /// <summary>What is run by others than the tests.</summary>
    public static TheoryData<string> ProjectRows => ["Bff", "Bff.Local"];

    /// <summary>All that is read by people.</summary>
    public static TheoryData<string> ReadRows => ["Bff", "Bff.Local", "Bff.Tests"];

    [Fact]
    public void A_type_is_internal_and_sealed_static_or_abstract()
    {
        Assert.Empty(Types.Where(type => type.IsVisible).Select(type => type.FullName));
        Assert.Empty(Types.Where(type => type.IsClass && !type.IsSealed && !type.IsAbstract).Select(type => type.FullName));
    }

    [Theory, MemberData(nameof(ReadRows))]
    public void A_file_is_one_idea_of_at_most_150_lines_of_code(string project) =>
        Assert.Empty(SourceFile.Of(project).Where(file => file.CodeLines > MaximumLines).Select(file => $"{file.Path}: {file.CodeLines}"));

    [Theory, MemberData(nameof(ReadRows))]
    public void No_line_is_wider_than_140_columns(string project) =>
        Assert.Empty(SourceFile.Of(project).SelectMany(file => file.WideLines(MaximumWidth)));

    [Fact]
    public void A_type_name_says_what_it_is()
    {
        var words = Types.SelectMany(type => Regex.Split(type.Name.Split('`')[0], "(?=[A-Z])").Select(word => (type.FullName, Word: word)));

        Assert.Empty(words.Where(pair => Banned.Contains(pair.Word)).Select(pair => $"{pair.FullName}: {pair.Word}"));
        Assert.Empty(Types.Where(type => type.Name.StartsWith("Default", StringComparison.Ordinal)).Select(type => type.FullName));
    }

    [Fact]
    public void A_file_is_named_after_a_type_in_it_and_lies_where_its_namespace_says()
    {
        foreach (var file in Sources.Where(file => file.Path != "Bff/GlobalUsings.cs"))
        {
            var name = System.IO.Path.GetFileNameWithoutExtension(file.Path);
            Assert.True(Regex.IsMatch(file.Code, $@"\b(class|record|struct|interface|enum) {name}\b"), $"{file.Path} has no type {name}.");
            var folder = System.IO.Path.GetDirectoryName(file.Path)!.Replace('/', '.');
            Assert.True(file.Lines.Contains($"namespace {folder};"), $"{file.Path} is not in the namespace {folder}.");
        }
    }

    [Theory, MemberData(nameof(ProjectRows))]
    public void Nothing_is_left_for_later_and_no_time_is_taken_from_the_machine(string project)
    {
        foreach (var file in SourceFile.Of(project))
        {
            Assert.DoesNotMatch(@"\b(DateTime|DateTimeOffset)\.(Utc)?Now\b|\bGuid\.NewGuid\b|\bThread\.Sleep\b"
                + @"|\bnew Random\b|\bRandom\.Shared\b|ConfigureAwait\(false\)", file.Code);
            Assert.DoesNotMatch(@"\b(TODO|FIXME|HACK|XXX)\b", string.Join('\n', file.Lines));
        }
    }

    [Fact]
    public void What_waits_takes_a_name_that_says_so()
    {
        const BindingFlags Own =
            BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        var waiting = Types.SelectMany(type => type.GetMethods(Own))
            .Where(method => !method.IsDefined(typeof(CompilerGeneratedAttribute)) && !method.Name.Contains('<', StringComparison.Ordinal)
            && (typeof(Task).IsAssignableFrom(method.ReturnType)
                || method.ReturnType.Name.StartsWith("ValueTask", StringComparison.Ordinal)));

        Assert.Empty(waiting.Where(method => !method.Name.EndsWith("Async", StringComparison.Ordinal) && method.Name != "Main")
            .Select(method => $"{method.DeclaringType}.{method.Name}"));
        Assert.Empty(Types.SelectMany(type => type.GetMethods(Own)).Where(method => method.GetParameters() is { Length: > 0 } parameters
            && Array.FindIndex(parameters, parameter => parameter.ParameterType == typeof(CancellationToken)) is >= 0 and var index
                && index < parameters.Length - 1
            && !method.IsDefined(typeof(CompilerGeneratedAttribute)) && !method.Name.Contains('<', StringComparison.Ordinal))
                .Select(method => $"{method.DeclaringType}.{method.Name}"));
    }
}
