namespace Bff.Benchmarks.Servers;

/// <summary><c>serve NAME</c>: one of the servers that the BFF is compared with, or the API behind it.</summary>
internal static class ServeVerb
{
    public static async Task RunAsync(string name, string[] args)
    {
        await using var app = name switch
        {
            "kestrel" => FixedJsonServer.Build(args),
            "redis-get" => RedisGetServer.Build(args),
            "yarp" => BareYarpServer.Build(args),
            "stock" => StockServer.Build(args),
            "api" => ApiServer.Build(args),
            _ => throw new InvalidOperationException($"No such server: {name}"),
        };
        app.MapGet("/ready", () => "ready");
        await app.RunAsync();
    }
}
