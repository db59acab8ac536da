using Bff.Local;
using StackExchange.Redis;

namespace Bff.Tests.Local;

/// <summary>The server that stands in for Redis, and a connection to it, new for each test.</summary>
public abstract class ConnectedRedis : IAsyncLifetime
{
    private protected readonly EmbeddedRedis server = EmbeddedRedis.Start();
    private protected ConnectionMultiplexer connection = null!;
    private protected IDatabase redis = null!;

    public async ValueTask InitializeAsync()
    {
        connection = await ConnectionMultiplexer.ConnectAsync(server.Configuration);
        redis = connection.GetDatabase();
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
