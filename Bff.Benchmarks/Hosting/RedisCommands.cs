using System.Globalization;
using StackExchange.Redis;

namespace Bff.Benchmarks.Hosting;

/// <summary>Counts the commands of requests, by Redis' own statistics.</summary>
internal sealed class RedisCommands(IServer server)
{
    /// <summary>What clients send by themselves, whether there are requests or not.</summary>
    private static readonly HashSet<string> Background =
        ["ping", "info", "client", "config", "hello", "auth", "select", "echo", "cluster", "sentinel", "subscribe", "command", "memory"];

    public async Task<long> CountAsync()
    {
        var calls = await CallsAsync();
        return calls.Where(call => !Background.Contains(call.Key)).Sum(call => call.Value);
    }

    /// <summary>Calls of each command since the server started.</summary>
    public async Task<Dictionary<string, long>> CallsAsync()
    {
        var calls = new Dictionary<string, long>();
        foreach (var (name, text) in (await server.InfoAsync("commandstats")).SelectMany(group => group))
        {
            // cmdstat_get:calls=3,usec=… and, for subcommands, cmdstat_client|setname:calls=1,…
            var command = name["cmdstat_".Length..].Split('|')[0];
            var count = long.Parse(text.Split(',')[0]["calls=".Length..], CultureInfo.InvariantCulture);
            calls[command] = calls.GetValueOrDefault(command) + count;
        }
        return calls;
    }
}
