using System.Diagnostics;

namespace Bff.Benchmarks.Load;

/// <summary>The same request on all connections, each waiting for its answer before it sends again.</summary>
internal static class RequestLoad
{
    public static async Task<LoadResult> RunAsync(LoadJob job)
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, job.Connections).Select(async number =>
        {
            var port = job.Ports[number % job.Ports.Length];
            var cookie = job.Cookies is [] ? null : job.Cookies[number % job.Cookies.Length];
            return (Http: await HttpConnection.OpenAsync(port), Request: RequestText.Of(job.Target, port, cookie, job.BodyLength));
        }));
        var started = Stopwatch.GetTimestamp();
        var tallies = await Task.WhenAll(connections.Select(connection =>
            Task.Run(() => RepeatAsync(connection.Http, connection.Request, job, started))));
        var elapsed = Stopwatch.GetElapsedTime(started);
        foreach (var (http, _) in connections) http.Dispose();
        return LoadResult.Of(tallies, elapsed);
    }

    private static async Task<Tally> RepeatAsync(HttpConnection http, byte[] request, LoadJob job, long started)
    {
        var tally = new Tally();
        for (var sent = 0; job.GoesOn(sent, started); sent++)
        {
            try
            {
                var sentAt = Stopwatch.GetTimestamp();
                await http.SendAsync(request, job.BodyLength);
                var head = await http.ReceiveAsync();
                if (head.Status == job.ExpectedStatus) tally.Add(sentAt);
                else tally.Fail($"status {head.Status}");
            }
            catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
            {
                tally.Fail(exception.Message);
                break;
            }
        }
        return tally;
    }
}
