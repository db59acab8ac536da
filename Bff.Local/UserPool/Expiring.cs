using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Bff.Local.UserPool;

/// <summary>Things by key, each with its end; what has ended is gone, and is swept out now and then.</summary>
internal sealed class Expiring<T>(PoolClock clock)
    where T : class
{
    private const int FewEnough = 256;

    private readonly ConcurrentDictionary<string, (T Thing, DateTimeOffset EndsAt)> things = [];
    private int sweepAt = FewEnough;

    /// <summary>What is held, the ended but not yet swept included.</summary>
    public int Count => things.Count;

    public void Put(string key, T thing, DateTimeOffset endsAt)
    {
        things[key] = (thing, endsAt);
        // Only after the number has doubled: a sweep at every call would make many sessions slow.
        if (things.Count >= sweepAt)
        {
            Sweep();
            sweepAt = Math.Max(FewEnough, things.Count * 2);
        }
    }

    public bool TryGet(string key, [NotNullWhen(true)] out T? thing)
    {
        thing = things.TryGetValue(key, out var found) && clock.Now < found.EndsAt ? found.Thing : null;
        return thing is not null;
    }

    /// <summary>Of many at once, one takes it.</summary>
    public bool TryTake(string key, [NotNullWhen(true)] out T? thing)
    {
        thing = things.TryRemove(key, out var found) && clock.Now < found.EndsAt ? found.Thing : null;
        return thing is not null;
    }

    public void Remove(string key) => things.TryRemove(key, out _);

    private void Sweep()
    {
        foreach (var (key, _) in things.Where(entry => clock.Now >= entry.Value.EndsAt))
        {
            things.TryRemove(key, out _);
        }
    }
}
