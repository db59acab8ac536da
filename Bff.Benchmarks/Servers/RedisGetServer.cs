using StackExchange.Redis;

namespace Bff.Benchmarks.Servers;

/// <summary><see cref="FixedJsonServer"/> and one Redis GET: the least that a server with sessions in Redis can do.</summary>
internal static class RedisGetServer
{
    public const string Key = "benchmark:value";

    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        var database = ConnectionMultiplexer.Connect(builder.Configuration["redis"]!).GetDatabase();
        var app = builder.Build();
        var json = FixedJsonServer.Json.ToArray();
        app.MapGet("/me", async (HttpResponse response) =>
        {
            byte[]? value = await database.StringGetAsync(Key);
            if (value is null) response.StatusCode = StatusCodes.Status500InternalServerError;
            else await FixedJsonServer.WriteAsync(response, json);
        });
        return app;
    }
}
