using Bff.Benchmarks.Hosting;
using Bff.Benchmarks.Load;
using Bff.Benchmarks.Report;

namespace Bff.Benchmarks.Sections;

/// <summary>Full sign-ins: <c>/login</c>, the user pool, which knows the user already, and <c>/callback</c>.</summary>
internal static class LoginSection
{
    private const int Connections = 8;

    public static async Task RunAsync(World world, Findings findings)
    {
        var (stock, bff) = (await world.StockAsync(), await world.BffAsync());
        var readings = await InterleavedRounds.RunAsync([Of(stock, world), Of(bff, world)], world.Load, world.Plan);

        findings.Print(ReadingTable.Of("Full login, per sign-in", readings, stock.Name));
        findings.Compare("login: CPU to the stock stack", readings[bff.Name].Cpu / readings[stock.Name].Cpu, 0.85);
    }

    private static Case Of(Server server, World world) => Case.Of(server.Name, server, world.Redis,
        new LoadJob(LoadKind.Logins, [server.Port])
        {
            Connections = Connections,
            PoolPort = world.Pool.Port,
            Cookies = [.. world.Pool.Cookies],
        }) with
    { WarmUpShare = 0.4 };
}
