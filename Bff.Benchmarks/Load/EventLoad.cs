using System.Diagnostics;

namespace Bff.Benchmarks.Load;

/// <summary>
/// Opens the streams, then refreshes each session again and again, and notes when each stream has shown it. An event is known by its id.
/// </summary>
internal static class EventLoad
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public static async Task<LoadResult> RunAsync(LoadJob job)
    {
        var sessions = await Task.WhenAll(job.Cookies.Select(cookie => WatchedSession.OpenAsync(cookie, job)));
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(sessions.Select(session => RefreshAsync(session, job.PerConnection)));
        var elapsed = Stopwatch.GetElapsedTime(started);
        foreach (var session in sessions) session.Dispose();
        return LoadResult.Of(sessions.Select(session => session.Tally), elapsed);
    }

    private static async Task RefreshAsync(WatchedSession session, int times)
    {
        for (var i = 0; i < times; i++)
        {
            try
            {
                await session.RefreshAsync().WaitAsync(Timeout);
            }
            catch (Exception exception) when (exception is IOException or TimeoutException)
            {
                session.Tally.Fail(exception.Message);
                return;
            }
        }
    }
}
