using Bff.Refresh;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Bff.Tests.Refresh;

/// <summary>When the provider is left alone, and who tries first afterwards.</summary>
[Row("RFR-05")]
public sealed class ProviderBreakerTests
{
    private readonly FakeTimeProvider time = new(The.Beginning);
    private readonly ProviderBreaker breaker;

    public ProviderBreakerTests() => breaker = new ProviderBreaker(time);

    [Fact]
    public void Three_failures_in_a_row_open_it_and_an_answer_in_between_starts_the_count_anew()
    {
        Fail(2);
        Begin().Answered();
        Fail(2);
        Assert.Null(breaker.Remaining());

        Fail(1);

        Assert.InRange(breaker.Remaining()!.Value, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
        Assert.Null(breaker.TryBegin(out var wait));
        Assert.Equal(breaker.Remaining(), wait);
    }

    [Fact]
    public void Each_try_that_fails_doubles_the_wait_with_jitter_up_to_a_minute()
    {
        Fail(3);
        foreach (var atLeast in (int[])[2, 4, 8, 16, 32, 60, 60])
        {
            Assert.InRange(breaker.Remaining()!.Value.TotalSeconds, atLeast, Math.Min(60, atLeast * 1.5));
            time.Advance(breaker.Remaining()!.Value);
            Fail(1);
        }

        time.Advance(breaker.Remaining()!.Value);
        Begin().Answered();
        Fail(2);
        Assert.Null(breaker.Remaining());
    }

    [Fact]
    public void The_waits_of_two_instances_differ() => Assert.NotEqual(1, Enumerable.Range(0, 20).Select(_ =>
    {
        var other = new ProviderBreaker(time);
        for (var i = 0; i < 3; i++) other.TryBegin(out var _)!.Failed();
        return other.Remaining();
    }).Distinct().Count());

    [Fact]
    public void When_the_wait_is_over_one_call_tries_and_the_others_wait_for_its_answer()
    {
        Fail(3);
        time.Advance(TimeSpan.FromSeconds(3));

        var probe = Begin();
        for (var i = 0; i < 10; i++) Assert.Null(breaker.TryBegin(out var _));
        probe.Answered();

        for (var i = 0; i < 10; i++) Assert.NotNull(breaker.TryBegin(out var _));
    }

    [Fact]
    public void A_try_that_never_said_how_it_ended_has_failed_and_keeps_nobody_out_for_ever()
    {
        Fail(3);
        time.Advance(TimeSpan.FromSeconds(3));

        Begin().Dispose();

        Assert.InRange(breaker.Remaining()!.Value, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6));
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.NotNull(breaker.TryBegin(out var _));
    }

    [Theory]
    [InlineData(7, 7), InlineData(60, 60), InlineData(86400, 60)]
    public void A_provider_that_says_how_long_is_left_alone_for_that_long_at_once_but_not_for_ever(int asked, int kept)
    {
        Assert.Equal(TimeSpan.FromSeconds(kept), Begin().Failed(isThrottled: true, TimeSpan.FromSeconds(asked)));

        time.Advance(TimeSpan.FromSeconds(kept) - TimeSpan.FromTicks(1));
        Assert.Null(breaker.TryBegin(out var _));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.NotNull(breaker.TryBegin(out var _));
    }

    [Fact]
    public void A_429_opens_it_at_once()
    {
        Begin().Failed(isThrottled: true);

        Assert.InRange(breaker.Remaining()!.Value, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Calls_that_fail_together_are_one_failure_and_a_late_answer_does_not_end_the_wait()
    {
        var calls = Enumerable.Range(0, 20).Select(_ => Begin()).ToList();

        foreach (var call in calls[..19]) call.Failed();
        calls[19].Answered();

        Assert.InRange(breaker.Remaining()!.Value, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void A_clock_that_is_set_back_prolongs_no_wait()
    {
        var clock = new WrongClock(time);
        var other = new ProviderBreaker(clock);
        other.TryBegin(out var _)!.Failed(isThrottled: true);
        clock.Error = TimeSpan.FromMinutes(-20);

        Assert.Null(other.TryBegin(out var _));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.NotNull(other.TryBegin(out var _));
    }

    private ProviderBreaker.Call Begin() => breaker.TryBegin(out var _) ?? throw new InvalidOperationException("No call may be made.");

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++) Begin().Failed();
    }
}
