namespace Bff.Local.UserPool.Users;

/// <summary>Cognito's lockout: after the fifth failure 2^(n-5) seconds, doubling up to about 15 minutes.</summary>
internal sealed class PasswordAttempts(PoolClock clock)
{
    private const int Free = 5;
    private const int Remembered = 10_000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private readonly Lock gate = new();
    // By the name that was typed, so that an unknown user locks like a known one.
    private readonly Dictionary<string, (int Failures, DateTimeOffset LockedUntil)> byName = new(StringComparer.OrdinalIgnoreCase);

    public bool AreLocked(string name)
    {
        lock (gate)
        {
            return byName.TryGetValue(name, out var seen) && clock.Now < seen.LockedUntil;
        }
    }

    public void Failed(string name)
    {
        lock (gate)
        {
            var now = clock.Now;
            if (byName.Count >= Remembered)
            {
                Forget(now);
            }

            var before = byName.GetValueOrDefault(name);
            // Fifteen minutes of rest after a lockout reset the count.
            var failures = before.Failures >= Free && now >= before.LockedUntil + Longest ? 1 : before.Failures + 1;
            byName[name] = (failures, failures < Free ? now : now + LockoutAfter(failures));
        }
    }

    public void Succeeded(string name)
    {
        lock (gate)
        {
            byName.Remove(name);
        }
    }

    private static TimeSpan LockoutAfter(int failures)
    {
        var lockout = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(failures - Free, 10)));
        return lockout < Longest ? lockout : Longest;
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (name, _) in byName.Where(seen => now >= seen.Value.LockedUntil + Longest).ToList())
        {
            byName.Remove(name);
        }
    }
}
