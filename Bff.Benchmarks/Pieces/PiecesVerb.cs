using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Bff.Benchmarks.Pieces;

/// <summary><c>pieces</c>: BenchmarkDotNet over what every request does, with allocations. It leaves no files behind.</summary>
internal static class PiecesVerb
{
    public static void Run(bool isQuick)
    {
        var artifacts = Directory.CreateTempSubdirectory("bff-benchmarks-");
        try
        {
            var job = (isQuick ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
            var config = ManualConfig.CreateEmpty()
                .AddJob(job)
                .AddDiagnoser(MemoryDiagnoser.Default)
                .AddColumnProvider(DefaultColumnProviders.Descriptor, DefaultColumnProviders.Statistics, DefaultColumnProviders.Metrics)
                .WithArtifactsPath(artifacts.FullName);
            var summary = BenchmarkRunner.Run<RequestPieces>(config);
            MarkdownExporter.GitHub.ExportToLog(summary, ConsoleLogger.Default);
        }
        finally
        {
            artifacts.Delete(recursive: true);
        }
    }
}
