using System.Diagnostics;
using Bff.Oidc;
using Bff.Refresh;

namespace Bff.Tests.Refresh;

/// <summary>How many refreshes an instance makes at once and begins per second.</summary>
public sealed class RefreshQuotaTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task So_many_are_under_way_and_the_next_waits_for_a_place_that_is_given_back()
    {
        using var quota = new RefreshQuota(new OidcOptions { MaxConcurrentRefreshes = 2 });
        var first = await quota.TakeAsync(Long);
        using var second = await quota.TakeAsync(Long);
        Assert.True(quota.IsExhausted);

        var third = quota.TakeAsync(Long);
        Assert.False(third.IsCompleted);
        first!.Dispose();

        Assert.NotNull(await third);
    }

    [Fact]
    public async Task Who_may_not_wait_is_refused_at_once_and_who_waited_long_enough_then()
    {
        using var quota = new RefreshQuota(new OidcOptions { MaxConcurrentRefreshes = 1 });
        var only = await quota.TakeAsync(Long);

        Assert.Null(await quota.TakeAsync(TimeSpan.Zero));
        Assert.Null(await quota.TakeAsync(TimeSpan.FromMilliseconds(50)));
        only!.Dispose();

        // Whoever gave up holds no place.
        Assert.NotNull(await quota.TakeAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task So_many_begin_at_once_and_the_others_in_the_seconds_that_follow()
    {
        using var quota = new RefreshQuota(new OidcOptions { MaxConcurrentRefreshes = 100, RefreshesPerSecond = 5 });
        var started = Stopwatch.GetTimestamp();

        for (var i = 0; i < 5; i++) Assert.NotNull(await quota.TakeAsync(TimeSpan.Zero));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => quota.TakeAsync(Long)));

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(0.7), Long);
    }

    [Fact]
    public async Task A_place_that_found_no_beginning_is_given_back()
    {
        using var quota = new RefreshQuota(new OidcOptions { MaxConcurrentRefreshes = 1, RefreshesPerSecond = 1 });
        (await quota.TakeAsync(Long))!.Dispose();

        Assert.Null(await quota.TakeAsync(TimeSpan.Zero));

        Assert.NotNull(await quota.TakeAsync(Long));
    }
}
