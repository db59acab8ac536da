using Bff.Benchmarks.Hosting;
using Bff.Benchmarks.Load;
using Bff.Benchmarks.Report;

namespace Bff.Benchmarks.Sections;

/// <summary>What a session takes in Redis, and how often a request waits for Redis.</summary>
internal static class RedisSection
{
    private const int Requests = 21;

    public static async Task RunAsync(World world, Findings findings)
    {
        await PrintBytesAsync(world, findings);
        await PrintRoundTripsAsync(world, findings);
    }

    private static async Task PrintBytesAsync(World world, Findings findings)
    {
        var (stock, bff) = (await world.StockAsync(), await world.BffAsync());
        var tokens = await world.Pool.TokenTextLengthAsync();
        var table = new Table($"Redis, per session; the tokens' own text has {tokens} bytes",
            "", "keys", "bytes of names and values", "to the tokens", "MEMORY USAGE", "to the tokens");
        foreach (var server in (Server[])[stock, bff])
        {
            var before = KeySizes.AllOf(world.Redis);
            await world.SignInAsync(server, world.Pool.TakeFreshCookies());
            var sizes = await KeySizes.OfAsync(world.Redis, [.. KeySizes.AllOf(world.Redis).Except(before)]);
            double Each(long all) => (double)all / UserPool.FreshUsers;
            table.Add(server.Name, Each(sizes.Keys), Each(sizes.Content), Each(sizes.Content) / tokens, Each(sizes.Memory),
                Each(sizes.Memory) / tokens);
            if (server == bff) findings.Compare("Redis bytes per session to the tokens' own text", Each(sizes.Content) / tokens, 1);
        }
        findings.Print(table);
    }

    private static async Task PrintRoundTripsAsync(World world, Findings findings)
    {
        using var counter = new RoundTripCounter(world.Redis.Port);
        await using var stock = await world.StartStockAsync("stock stack", counter.Configuration);
        await using var bff = await world.StartBffAsync("BFF", counter.Configuration);
        var table = new Table("Redis round trips, one request at a time", "", "/me", "/api", "full login");
        foreach (var server in (Server[])[stock, bff])
        {
            var session = (await world.SignInAsync(server, 1))[0];
            using var http = await HttpConnection.OpenAsync(server.Port);
            async Task RequestAsync(string target)
            {
                await http.SendAsync(RequestText.Of(target, server.Port, session));
                await http.ReceiveAsync();
            }
            table.Add(server.Name,
                await MedianAsync(counter, () => RequestAsync("GET /me")),
                await MedianAsync(counter, () => RequestAsync("GET /api/bytes/1024")),
                await MedianAsync(counter, () => world.SignInAsync(server, 1)));
        }
        findings.Print(table);
    }

    /// <summary>The median, because what a client sends by itself now and then counts too.</summary>
    private static async Task<double> MedianAsync(RoundTripCounter counter, Func<Task> requestAsync)
    {
        var counts = new List<double>();
        for (var i = 0; i < Requests; i++)
        {
            var before = counter.Count;
            await requestAsync();
            counts.Add(counter.Count - before);
        }
        return Reading.Middle(counts);
    }
}
