using System.Security.Cryptography;
using Bff.Local;
using Bff.Tests.Hosting;

[assembly: AssemblyFixture(typeof(SharedRedis))]

namespace Bff.Tests.Hosting;

/// <summary>
/// The Redis of all tests that neither stop nor inspect it as a whole: the machine's <c>redis-server</c>, or the embedded one
/// where there is none. Each test takes a key prefix of its own.
/// </summary>
public sealed class SharedRedis : IAsyncDisposable
{
    private readonly SemaphoreSlim starting = new(1);
    private string? configuration;
    private IAsyncDisposable? server;

    /// <summary>A first part of keys that no other test has.</summary>
    public static string NewKeyPrefix() => $"test-{RandomNumberGenerator.GetHexString(12, lowercase: true)}:";

    /// <summary>The connection string for StackExchange.Redis; the first caller starts the server.</summary>
    public async Task<string> GetConfigurationAsync()
    {
        await starting.WaitAsync();
        try
        {
            return configuration ??= await StartAsync();
        }
        finally
        {
            starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        starting.Dispose();
    }

    private async Task<string> StartAsync()
    {
        if (RedisServer.ExecutablePath is null && !InstalledProgram.MayNotBeMissing)
        {
            var embedded = EmbeddedRedis.Start();
            server = embedded;
            return embedded.Configuration;
        }

        var real = await RedisServer.StartNewAsync();
        server = real;
        return real.Configuration;
    }
}
