using Bff.Local.UserPool.RemoteControl;

namespace Bff.Local.UserPool;

/// <summary>The pool's time: the host's, shifted by the fault <c>clockOffset</c>.</summary>
internal sealed class PoolClock(TimeProvider time, Faults faults)
{
    public DateTimeOffset Now => time.GetUtcNow() + faults.Plan.ClockOffset;
}
