using Bff.Oidc;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Bff.Tests.Refresh;

/// <summary>When the provider is left alone.</summary>
public sealed class ProviderPauseTests
{
    private readonly FakeTimeProvider time = new(The.Beginning);
    private readonly ProviderPause pause;

    public ProviderPauseTests() => pause = new ProviderPause(time, NoTelemetry.New());

    [Fact]
    public void Three_failures_in_a_row_pause_it_for_a_few_seconds()
    {
        Fail();
        Fail();
        Assert.Null(pause.Remaining);

        Fail();

        Assert.InRange(pause.Remaining!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(pause.Remaining);
    }

    [Fact]
    public void A_success_in_between_begins_the_count_again()
    {
        Fail();
        Fail();
        pause.Succeeded();
        Fail();
        Fail();

        Assert.Null(pause.Remaining);
    }

    [Fact]
    public void While_it_stays_away_each_further_failure_pauses_it_again()
    {
        Fail();
        Fail();
        Fail();
        time.Advance(TimeSpan.FromSeconds(10));

        Fail();

        Assert.NotNull(pause.Remaining);
    }

    [Theory]
    [InlineData(7, 7), InlineData(60, 60), InlineData(3600, 60), InlineData(1e9, 60)]
    public void A_Retry_After_counts_at_once_up_to_a_minute(double asked, double expected)
    {
        pause.Failed(isThrottled: false, TimeSpan.FromSeconds(asked));

        Assert.Equal(TimeSpan.FromSeconds(expected), pause.Remaining);
    }

    [Fact]
    public void A_429_counts_at_once()
    {
        pause.Failed(isThrottled: true, asked: null);

        Assert.NotNull(pause.Remaining);
    }

    private void Fail() => pause.Failed(isThrottled: false, asked: null);
}
