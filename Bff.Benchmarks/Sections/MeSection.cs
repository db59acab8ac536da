using Bff.Benchmarks.Hosting;
using Bff.Benchmarks.Load;
using Bff.Benchmarks.Report;

namespace Bff.Benchmarks.Sections;

/// <summary><c>GET /me</c>: signed in, without a cookie, and with one that was not issued.</summary>
internal static class MeSection
{
    private const string Anonymous = ", anonymous", Garbled = ", garbled cookie";

    public static async Task RunAsync(World world, Findings findings)
    {
        var (kestrel, redisGet) = (await world.KestrelAsync(), await world.RedisGetAsync());
        var (stock, bff, logging) = (await world.StockAsync(), await world.BffAsync(), await world.LoggingBffAsync());
        var (stockCookies, bffCookies) = (await world.SessionsAsync(stock), await world.SessionsAsync(bff));
        Case[] cases =
        [
            Of(kestrel, "", world, []), Of(redisGet, "", world, []),
            Of(stock, "", world, stockCookies), Of(bff, "", world, bffCookies), Of(logging, "", world, bffCookies),
            Of(stock, Anonymous, world, [], 401), Of(bff, Anonymous, world, [], 401),
            Of(stock, Garbled, world, [Garble(stockCookies[0])], 401), Of(bff, Garbled, world, [Garble(bffCookies[0])], 401),
        ];
        var readings = await InterleavedRounds.RunAsync(cases, world.Load, world.Plan);

        findings.Print(ReadingTable.Of("GET /me, per request", readings, redisGet.Name, stock.Name));
        var (me, redis) = (readings[bff.Name], readings[bff.Name].RedisCommands);
        findings.Compare("`/me`: CPU to Kestrel + one Redis GET", me.Cpu / readings[redisGet.Name].Cpu, 1.25);
        findings.Compare("`/me`: CPU to the stock stack", me.Cpu / readings[stock.Name].Cpu, 0.5);
        findings.Compare("`/me`: Redis commands", Math.Round(redis, 1), 1);
        foreach (var kind in (string[])[Anonymous, Garbled])
        {
            findings.Compare($"`/me`{kind}: CPU to signed in", readings[bff.Name + kind].Cpu / me.Cpu, 1.0 / 3);
            findings.Compare($"`/me`{kind}: Redis commands", Math.Round(readings[bff.Name + kind].RedisCommands, 1), 0);
        }
    }

    private static Case Of(Server server, string kind, World world, string[] cookies, int status = 200) => Case.Of(
        server.Name + kind, server, world.Redis,
        new LoadJob(LoadKind.Requests, [server.Port]) { Target = "GET /me", Cookies = cookies, ExpectedStatus = status });

    /// <summary>The same length, the same alphabet, another value.</summary>
    private static string Garble(string cookie)
    {
        var (name, value) = (cookie.Split('=', 2)[0], cookie.Split('=', 2)[1]);
        return $"{name}={value[..20]}{new string([.. value[20..].Reverse()])}";
    }
}
