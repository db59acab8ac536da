using Bff.Sessions;
using Bff.Storage;
using Bff.Tests.Hosting;
using StackExchange.Redis;

namespace Bff.Tests.Sessions;

/// <summary>One at a time refreshes a session: whoever holds its lease.</summary>
[Row("RFR-02", "RFR-09")]
public sealed class RefreshLockTests(SharedRedis redis)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Of_twenty_who_ask_at_once_one_gets_the_lease()
    {
        await using var store = await Store.OpenAsync(redis);
        var id = SessionId.Create();

        var leases = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => new RefreshLock(store.Redis, store.Keys).TryTakeAsync(id, Long)));

        Assert.Single(leases.OfType<RefreshLock.Lease>());
    }

    [Fact]
    public async Task A_lease_that_was_given_back_can_be_taken_again()
    {
        await using var store = await Store.OpenAsync(redis);
        var (refreshLock, id) = (new RefreshLock(store.Redis, store.Keys), SessionId.Create());

        await using (await refreshLock.TryTakeAsync(id, Long)) Assert.Null(await refreshLock.TryTakeAsync(id, Long));

        Assert.NotNull(await refreshLock.TryTakeAsync(id, Long));
    }

    [Fact]
    public async Task Sessions_do_not_wait_for_each_other()
    {
        await using var store = await Store.OpenAsync(redis);
        var refreshLock = new RefreshLock(store.Redis, store.Keys);

        Assert.NotNull(await refreshLock.TryTakeAsync(SessionId.Create(), Long));
        Assert.NotNull(await refreshLock.TryTakeAsync(SessionId.Create(), Long));
    }

    [Fact]
    public async Task A_lease_runs_out_by_itself()
    {
        await using var store = await Store.OpenAsync(redis);
        var (refreshLock, id) = (new RefreshLock(store.Redis, store.Keys), SessionId.Create());

        Assert.NotNull(await refreshLock.TryTakeAsync(id, Long));

        var left = await store.Redis.KeyTimeToLiveAsync(store.Keys.Lease(id.Name));
        Assert.InRange(left!.Value.TotalSeconds, 55, 60);
    }

    [Fact]
    public async Task A_lease_that_ran_out_is_not_taken_from_its_next_holder()
    {
        await using var store = await Store.OpenAsync(redis);
        var (refreshLock, id) = (new RefreshLock(store.Redis, store.Keys), SessionId.Create());
        var late = await refreshLock.TryTakeAsync(id, Long);
        await store.Redis.KeyDeleteAsync(store.Keys.Lease(id.Name));
        Assert.NotNull(await refreshLock.TryTakeAsync(id, Long));

        await late!.DisposeAsync();

        Assert.Null(await refreshLock.TryTakeAsync(id, Long));
    }

    [Fact]
    public async Task Giving_back_to_a_Redis_that_is_gone_is_no_error()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.Configuration + ",asyncTimeout=500");
        var refreshLock = new RefreshLock(connection.GetDatabase(), new RedisKeys(new RedisOptions()));
        var lease = (await refreshLock.TryTakeAsync(SessionId.Create(), Long))!;

        await server.StopAsync();

        await lease.DisposeAsync();
    }
}
