using Bff.Benchmarks.Hosting;
using Bff.Benchmarks.Load;
using Bff.Benchmarks.Report;

namespace Bff.Benchmarks.Sections;

/// <summary><c>/api/**</c>: a small answer, a small upload, and a large answer that streams through.</summary>
internal static class ApiSection
{
    private sealed record Call(string Name, string Target, long BodyLength = 0, int Connections = 64, double WarmUpShare = 0.4);

    private static readonly Call[] Calls =
    [
        new("GET 1 KB", "GET /api/bytes/1024"),
        new("POST 10 KB", "POST /api/bytes", BodyLength: 10 * 1024),
        new("GET 10 MB, streamed", "GET /api/stream/10485760", Connections: 4, WarmUpShare: 0.02),
    ];

    public static async Task RunAsync(World world, Findings findings)
    {
        var (yarp, stock, bff) = (await world.YarpAsync(), await world.StockAsync(), await world.BffAsync());
        var (stockCookies, bffCookies) = (await world.SessionsAsync(stock), await world.SessionsAsync(bff));
        foreach (var call in Calls)
        {
            var readings = await InterleavedRounds.RunAsync(
                [Of(yarp, call, world, []), Of(stock, call, world, stockCookies), Of(bff, call, world, bffCookies)],
                world.Load, world.Plan);

            findings.Print(ReadingTable.Of($"/api, {call.Name}, per request", readings, yarp.Name, stock.Name));
            var cpu = readings[bff.Name].Cpu;
            findings.Compare($"`/api` {call.Name}: CPU to bare YARP", cpu / readings[yarp.Name].Cpu, 1.6);
            findings.Compare($"`/api` {call.Name}: CPU to the stock stack", cpu / readings[stock.Name].Cpu, 0.65);
        }
    }

    private static Case Of(Server server, Call call, World world, string[] cookies) => Case.Of(server.Name, server, world.Redis,
        new LoadJob(LoadKind.Requests, [server.Port])
        {
            Target = call.Target,
            BodyLength = call.BodyLength,
            Connections = call.Connections,
            Cookies = cookies,
        }) with
    { WarmUpShare = call.WarmUpShare };
}
