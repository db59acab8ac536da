namespace Bff.Local.UserPool.RemoteControl;

/// <summary>The tests' remote control: what shall go wrong from the next request on.</summary>
internal sealed class Faults
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> struck = [];
    private volatile FaultPlan plan = new();
    private long quotaSecond;
    private Dictionary<string, int> used = [];

    public FaultPlan Plan
    {
        get => plan;
        set
        {
            lock (gate)
            {
                struck.Clear();
                plan = value;
            }
        }
    }

    /// <summary>Adds a fault of one endpoint to the plan.</summary>
    public void On(string path, EndpointFault fault) =>
        Change(current => current with { Endpoints = new(current.Endpoints) { [path] = fault } }, path);

    /// <summary>Takes the fault of one endpoint out of the plan.</summary>
    public void Off(string path) =>
        Change(current => current with { Endpoints = current.Endpoints.Where(fault => fault.Key != path).ToDictionary() }, path);

    public void Clear() => Plan = new();

    /// <summary>The fault that strikes this request; counts it.</summary>
    internal EndpointFault? Strike(string path)
    {
        lock (gate)
        {
            // In JSON a fault may be null.
            if (plan.Endpoints.GetValueOrDefault(path) is not { } fault)
            {
                return null;
            }

            var count = struck[path] = struck.GetValueOrDefault(path) + 1;
            return count <= (fault.Times ?? int.MaxValue) ? fault : null;
        }
    }

    /// <summary>Whether one more request this second is beyond <see cref="FaultPlan.RequestsPerSecond"/>; counts it.</summary>
    internal bool IsOverQuota(string address, DateTimeOffset now)
    {
        lock (gate)
        {
            var second = now.ToUnixTimeSeconds();
            if (second != quotaSecond)
            {
                (quotaSecond, used) = (second, []);
            }

            return (used[address] = used.GetValueOrDefault(address) + 1) > (plan.RequestsPerSecond ?? int.MaxValue);
        }
    }

    private void Change(Func<FaultPlan, FaultPlan> change, string path)
    {
        lock (gate)
        {
            struck.Remove(path);
            plan = change(plan);
        }
    }
}
