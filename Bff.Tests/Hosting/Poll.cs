using System.Diagnostics;

namespace Bff.Tests.Hosting;

/// <summary>Waiting for what comes by itself, with a generous end.</summary>
internal static class Poll
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task UntilAsync(Func<Task<bool>> isSo, string what = "it never came true") => UntilAsync(isSo, () => what);

    /// <param name="otherwise">What was found instead, at the end of the wait.</param>
    public static Task UntilAsync(Func<bool> isSo, Func<string> otherwise) => UntilAsync(() => Task.FromResult(isSo()), otherwise);

    private static async Task UntilAsync(Func<Task<bool>> isSo, Func<string> otherwise)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            if (Stopwatch.GetElapsedTime(started) >= Patience) Assert.Fail(otherwise());
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
