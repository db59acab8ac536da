namespace Bff.Benchmarks.Hosting;

/// <summary>The highest PSS of servers while something runs.</summary>
internal static class MemoryPeak
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    public static double Now(IEnumerable<Server> servers) => servers.Sum(server => server.Process.Usage.PssMegabytes);

    public static async Task<(T Result, double Megabytes)> WhileAsync<T>(IReadOnlyCollection<Server> servers, Task<T> running)
    {
        var peak = Now(servers);
        while (!running.IsCompleted)
        {
            await Task.WhenAny(running, Task.Delay(Interval));
            peak = Math.Max(peak, Now(servers));
        }
        return (await running, peak);
    }
}
