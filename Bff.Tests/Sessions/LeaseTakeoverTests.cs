using Bff.Local;
using Bff.Sessions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>A lease passes to another when its holder shows no life, and only then.</summary>
[Row("RFR-02", "RFR-09")]
public sealed class LeaseTakeoverTests(SharedRedis redis)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_holder_shows_life_and_is_not_mistaken_for_dead(bool embedded)
    {
        await using var garnet = embedded ? EmbeddedRedis.Start() : null;
        await using var store = garnet is null ? await Store.OpenAsync(redis) : await Store.OpenAsync(garnet.Configuration);
        var (refreshLock, id) = (new RefreshLock(store.Redis, store.Keys), SessionId.Create());
        await using var lease = (await refreshLock.TryTakeAsync(id, Long))!;
        var seen = (await refreshLock.LookAsync(id))!;

        await Poll.UntilAsync(async () => await refreshLock.LookAsync(id) != seen);

        Assert.Null(await refreshLock.TryTakeOverAsync(id, seen, Long));
        Assert.True(await lease.IsHeldAsync());
        Assert.False(lease.WasTakenOver);
        // However long it lives: the lease as such is not prolonged.
        Assert.True(await store.Redis.KeyTimeToLiveAsync(store.Keys.Lease(id.Name)) < Long);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Of_twenty_who_take_over_from_the_dead_at_once_one_gets_the_lease(bool embedded)
    {
        await using var garnet = embedded ? EmbeddedRedis.Start() : null;
        await using var store = garnet is null ? await Store.OpenAsync(redis) : await Store.OpenAsync(garnet.Configuration);
        var (refreshLock, id) = (new RefreshLock(store.Redis, store.Keys), SessionId.Create());
        await store.Redis.StringSetAsync(store.Keys.Lease(id.Name), "of the dead", Long);

        var leases = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => refreshLock.TryTakeOverAsync(id, "of the dead", Long)));

        var lease = Assert.Single(leases.OfType<RefreshLock.Lease>());
        Assert.True(lease.WasTakenOver);
        Assert.True(await lease.IsHeldAsync());
        Assert.Null(await refreshLock.TryTakeAsync(id, Long));
        await lease.DisposeAsync();
        Assert.Null(await refreshLock.LookAsync(id));
    }

    [Fact]
    public async Task Who_lost_the_lease_notices_and_leaves_it_to_the_new_holder()
    {
        await using var store = await Store.OpenAsync(redis);
        var (refreshLock, id) = (new RefreshLock(store.Redis, store.Keys), SessionId.Create());
        var former = (await refreshLock.TryTakeAsync(id, Long))!;
        // As if another had taken it over while this one was frozen; it shows no life, so that whoever changes it is the former.
        await store.Redis.StringSetAsync(store.Keys.Lease(id.Name), "of another", Long);

        Assert.False(await former.IsHeldAsync());
        for (var look = 0; look < 20; look++)
        {
            Assert.Equal("of another", await refreshLock.LookAsync(id));
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        await former.DisposeAsync();

        Assert.Equal("of another", await refreshLock.LookAsync(id));
    }

    [Fact]
    public async Task A_lease_that_a_failover_lost_is_taken_again_by_its_holder_as_long_as_it_lives()
    {
        await using var store = await Store.OpenAsync(redis);
        var (refreshLock, id) = (new RefreshLock(store.Redis, store.Keys), SessionId.Create());
        var lease = (await refreshLock.TryTakeAsync(id, Long))!;
        await store.Redis.KeyDeleteAsync(store.Keys.Lease(id.Name));

        await Poll.UntilAsync(async () => await refreshLock.LookAsync(id) is not null);

        Assert.True(await lease.IsHeldAsync());
        Assert.NotNull(await store.Redis.KeyTimeToLiveAsync(store.Keys.Lease(id.Name)));
        await lease.DisposeAsync();
        Assert.Null(await refreshLock.LookAsync(id));
    }
}
