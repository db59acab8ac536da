using Bff.Storage;
using Bff.Tests.Hosting;
using StackExchange.Redis;

namespace Bff.Tests.Sessions;

/// <summary>
/// A Redis that answers but does not execute the command: that must be an error, never a session that cannot be found again.
/// </summary>
[Row("OPS-02")]
public sealed class FaultyRedisTests
{
    private static readonly string[] Full = ["maxmemory", "1"];
    private static readonly string[] ReadOnly = ["min-replicas-to-write", "1"];

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_Redis_that_takes_no_writes_is_an_error_and_reads_still_work(bool full)
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var store = await Store.OpenAsync(server.Configuration);
        var stored = await store.CreateAsync();
        await store.Redis.ExecuteAsync("CONFIG", ["SET", .. full ? Full : ReadOnly]);
        store.Time.Advance(store.Options.IdleTimeout / 2);

        await AssertFaultAsync(() => store.Sessions.CreateAsync(store.Session()));
        await AssertFaultAsync(() => store.Sessions.UseAsync(stored.Id));
        await AssertFaultAsync(() => store.ReplaceAsync(stored, "the-new-access-token"));
        Assert.Equal("the-access-token", (await store.LoadAsync(stored.Id))!.Tokens.AccessToken);
        await store.Redis.ExecuteAsync("CONFIG", "SET", full ? Full[0] : ReadOnly[0], "0");
    }

    private static async Task AssertFaultAsync(Func<Task> act)
    {
        var exception = await Record.ExceptionAsync(act);
        Assert.True(exception is RedisException && RedisConnection.IsFault(exception), $"{exception}");
    }
}
