using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Mutations;

/// <summary>A copy of the sources that may be spoiled, and a copy of the tests that runs against what is built from it.</summary>
internal sealed partial class MutatedBuild(string folder)
{
    private static readonly string[] BuildFiles = ["Directory.Build.props", "Directory.Packages.props", "global.json", "BannedSymbols.txt"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>
    /// The arguments of the compiler, taken from the build, because a whole build for each mutation takes three times as long.
    /// </summary>
    private string[] compile = [];

    private string Sources => Path.Combine(folder, "source");

    private string Tests => Path.Combine(folder, "tests");

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (var file in Directory.EnumerateFiles(Repository.PathTo("Bff"), "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(Repository.PathTo("."), file);
            if (!name.Contains("/obj/", StringComparison.Ordinal) && !name.Contains("/bin/", StringComparison.Ordinal))
                Copy(file, Path.Combine(Sources, name));
        }
        foreach (var file in BuildFiles) Copy(Repository.PathTo(file), Path.Combine(Sources, file));
        CopyTests();

        var (code, output) = await RunAsync(Path.Combine(Sources, "Bff"), ["restore", "--nologo", "-v", "q"], cancellationToken);
        Assert.True(code == 0, output);
        // What is left over without the defence (an unused parameter) may be untidy.
        (code, output) = await RunAsync(Path.Combine(Sources, "Bff"),
            ["build", "--no-restore", "--nologo", "-t:Build", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false",
            "-p:ProvideCommandLineArgs=true", "-getItem:CscCommandLineArgs", "-getProperty:RoslynTargetsPath"], cancellationToken);
        Assert.True(code == 0, output);
        var build = JsonNode.Parse(output)!;
        var arguments = build["Items"]!["CscCommandLineArgs"]!.AsArray().Select(argument => (string)argument!["Identity"]!);
        var response = Path.Combine(folder, "compile.rsp");
        await File.WriteAllLinesAsync(response, arguments, cancellationToken);
        compile = [Path.Combine((string)build["Properties"]!["RoslynTargetsPath"]!, "bincore/csc.dll"), "/noconfig", "/shared", "@"
            + response];
    }

    /// <summary>Whether the mutation's test fails when it runs against the program without the defence.</summary>
    public async Task<(bool Failed, string Output)> RunWithoutAsync(Mutation mutation, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Sources, mutation.File);
        var source = await File.ReadAllTextAsync(file, cancellationToken);
        try
        {
            await File.WriteAllTextAsync(file, source.Replace(mutation.Find, mutation.Becomes, StringComparison.Ordinal),
                cancellationToken);
            var (code, output) = await RunAsync(Path.Combine(Sources, "Bff"), compile, cancellationToken);
            Assert.True(code == 0, $"It must compile without the defence too:\n{output}");
            File.Copy(Path.Combine(Sources, "Bff/obj/Debug/net10.0/Bff.dll"), Path.Combine(Tests, "Bff.dll"), overwrite: true);
            (code, output) = await RunAsync(Tests, [Path.Combine(Tests, "Bff.Tests.dll"), "-method", mutation.Test, "-noLogo"],
                cancellationToken);
            var summary = Summary().Match(output);
            Assert.True(summary.Success && summary.Groups["total"].Value != "0", $"It was not run:\n{output}");
            return (code != 0 && summary.Groups["failed"].Value != "0", output);
        }
        finally
        {
            await File.WriteAllTextAsync(file, source, CancellationToken.None);
        }
    }

    /// <summary>What is ours is copied, since it is found by where it really lies; the rest is linked.</summary>
    private void CopyTests()
    {
        Directory.CreateDirectory(Tests);
        foreach (var entry in Directory.EnumerateFileSystemEntries(AppContext.BaseDirectory))
        {
            var (name, target) = (Path.GetFileName(entry), Path.Combine(Tests, Path.GetFileName(entry)));
            if (name.StartsWith("Bff.", StringComparison.Ordinal) && File.Exists(entry)) Copy(entry, target);
            else if (Directory.Exists(entry)) Directory.CreateSymbolicLink(target, entry);
            else File.CreateSymbolicLink(target, entry);
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }

    private static async Task<(int Code, string Output)> RunAsync(string folder, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        start.Environment.Remove("MUTATIONS");
        using var process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(deadline.Token),
                process.StandardError.ReadToEndAsync(deadline.Token));
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, string.Concat(output));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    [GeneratedRegex(@"Total: (?<total>\d+), Errors: \d+, Failed: (?<failed>\d+)")]
    private static partial Regex Summary();
}
