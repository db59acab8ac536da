using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>How long a session is kept: by its last use, and at most for its lifetime.</summary>
public sealed class SessionLifetimeTests(SharedRedis redis)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory, Row("SES-09")]
    [InlineData("01:00:00", "12:00:00", 3600)]
    [InlineData("01:00:00", "01:00:00", 3600)]
    [InlineData("00:01:00", "12:00:00", 60)]
    public async Task Redis_keeps_it_for_the_idle_timeout(string idle, string lifetime, int seconds)
    {
        await using var store = await Store.OpenAsync(redis);
        (store.Options.IdleTimeout, store.Options.Lifetime) = (TimeSpan.Parse(idle, null), TimeSpan.Parse(lifetime, null));

        var stored = await store.CreateAsync();

        Assert.InRange((await store.TimeToLiveAsync(stored.Id)).TotalSeconds, seconds - 5, seconds);
    }

    [Fact, Row("SES-09")]
    public async Task A_session_unused_for_the_idle_timeout_is_over_whatever_Redis_says()
    {
        await using var store = await Store.OpenAsync(redis);
        var stored = await store.CreateAsync();

        store.Time.Advance(store.Options.IdleTimeout - Second);
        Assert.NotNull(await store.LoadAsync(stored.Id));
        store.Time.Advance(Second);
        Assert.Null(await store.LoadAsync(stored.Id));
    }

    [Fact, Row("SES-09")]
    public async Task A_session_in_constant_use_is_over_at_the_end_of_its_lifetime()
    {
        await using var store = await Store.OpenAsync(redis);
        var stored = await store.CreateAsync();

        for (var minutes = 0; minutes < (12 * 60) - 30; minutes += 30)
        {
            store.Time.Advance(TimeSpan.FromMinutes(30));
            stored = (await store.Sessions.UseAsync(stored.Id))!;
            Assert.True(await store.TimeToLiveAsync(stored.Id) <= stored.CreatedAt + store.Options.Lifetime - store.Time.GetUtcNow());
        }
        store.Time.Advance(TimeSpan.FromMinutes(30) - Second);
        Assert.NotNull(await store.LoadAsync(stored.Id));
        store.Time.Advance(Second);
        Assert.Null(await store.LoadAsync(stored.Id));
    }

    [Fact, Row("SES-09")]
    public async Task Use_is_noted_once_per_tenth_of_the_idle_timeout()
    {
        await using var store = await Store.OpenAsync(redis);
        var stored = await store.CreateAsync();

        store.Time.Advance((store.Options.IdleTimeout / 10) - Second);
        Assert.Equal(stored.LastUsed, (await store.Sessions.UseAsync(stored.Id))!.LastUsed);
        Assert.Equal(stored.LastUsed, (await store.LoadAsync(stored.Id))!.LastUsed);

        store.Time.Advance(Second);
        var touched = (await store.Sessions.UseAsync(stored.Id))!;
        var now = DateTimeOffset.FromUnixTimeMilliseconds(store.Time.GetUtcNow().ToUnixTimeMilliseconds());
        Assert.Equal(now, (await store.LoadAsync(stored.Id))!.LastUsed);
        Assert.Equal(now + store.Options.IdleTimeout, (await store.LoadAsync(stored.Id))!.IdleExpiresAt(store.Options));
        Assert.Equal(touched.Version, (await store.LoadAsync(stored.Id))!.Version);
    }
}
