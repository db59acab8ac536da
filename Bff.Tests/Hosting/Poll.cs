using System.Diagnostics;

namespace Bff.Tests.Hosting;

/// <summary>Waiting for what comes by itself, with a generous end.</summary>
internal static class Poll
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task UntilAsync(Func<Task<bool>> isSo, string what = "it never came true")
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, what);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
