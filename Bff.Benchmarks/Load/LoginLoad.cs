using System.Diagnostics;
using System.Net.Sockets;

namespace Bff.Benchmarks.Load;

/// <summary>Sign-ins, each connection one after the other, each by the next user.</summary>
internal static class LoginLoad
{
    private static int next;

    public static async Task<LoadResult> RunAsync(LoadJob job)
    {
        var flows = await Task.WhenAll(Enumerable.Range(0, job.Connections)
            .Select(number => LoginFlow.OpenAsync(job.Ports[number % job.Ports.Length], job.PoolPort)));
        var started = Stopwatch.GetTimestamp();
        var tallies = await Task.WhenAll(flows.Select(flow => Task.Run(() => RepeatAsync(flow, job, started))));
        var elapsed = Stopwatch.GetElapsedTime(started);
        foreach (var flow in flows) flow.Dispose();
        return LoadResult.Of(tallies, elapsed);
    }

    private static async Task<Tally> RepeatAsync(LoginFlow flow, LoadJob job, long started)
    {
        var tally = new Tally();
        for (var sent = 0; job.GoesOn(sent, started); sent++)
        {
            var begunAt = Stopwatch.GetTimestamp();
            try
            {
                await flow.SignInAsync(job.Cookies[(uint)Interlocked.Increment(ref next) % job.Cookies.Length]);
                tally.Add(begunAt);
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                tally.Fail(exception.Message);
                break;
            }
        }
        return tally;
    }
}
