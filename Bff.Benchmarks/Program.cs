using Bff.Benchmarks.Load;
using Bff.Benchmarks.Pieces;
using Bff.Benchmarks.Sections;
using Bff.Benchmarks.Servers;

namespace Bff.Benchmarks;

/// <summary>
/// Without arguments all measurements; with names of sections only those; with <c>--quick</c> short ones. The other verbs are for the
/// processes that it starts, and <c>pieces</c> for BenchmarkDotNet.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["serve", var name, .. var settings]:
                await ServeVerb.RunAsync(name, settings);
                return 0;
            case ["load"]:
                await LoadVerb.RunAsync();
                return 0;
            case ["pieces", .. var rest]:
                PiecesVerb.Run(isQuick: rest.Contains("--quick"));
                return 0;
            default:
                if (await Measurements.RunAsync(args) is not 0 and var failure) return failure;
                if (args is []) PiecesVerb.Run(isQuick: false);
                return 0;
        }
    }
}
