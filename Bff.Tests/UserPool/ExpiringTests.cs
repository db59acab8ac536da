using Bff.Local.UserPool;
using Bff.Local.UserPool.RemoteControl;
using Microsoft.Extensions.Time.Testing;

namespace Bff.Tests.UserPool;

public sealed class ExpiringTests
{
    private readonly FakeTimeProvider time = new();
    private readonly PoolClock clock;
    private readonly Expiring<string> things;

    public ExpiringTests()
    {
        clock = new PoolClock(time, new Faults());
        things = new Expiring<string>(clock);
    }

    [Fact]
    public void What_has_ended_is_neither_found_nor_taken()
    {
        things.Put("a", "thing", clock.Now.AddSeconds(1));
        Assert.True(things.TryGet("a", out _));

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.False(things.TryGet("a", out _));
        Assert.False(things.TryTake("a", out _));
    }

    [Fact]
    public void A_sweep_takes_what_has_ended_and_leaves_what_has_not()
    {
        things.Put("lasting", "thing", clock.Now.AddDays(1));
        for (var number = 0; number < 10_000; number++)
        {
            things.Put($"{number}", "thing", clock.Now.AddSeconds(1));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(things.TryGet("lasting", out _));
        Assert.InRange(things.Count, 1, 1000);
    }
}
