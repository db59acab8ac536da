namespace Bff.Storage;

/// <summary>Limits a log line that any request can cause to one per text and minute.</summary>
internal sealed class OncePerMinute(TimeProvider time)
{
    /// <summary>Clients choose some of the texts, so their number is bounded; further ones within the minute are not due.</summary>
    private const int MaximumTexts = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, long> logged = [];

    public bool IsDue(string text)
    {
        lock (gate)
        {
            foreach (var (old, at) in logged)
            {
                if (time.GetElapsedTime(at) >= Interval) logged.Remove(old);
            }
            return logged.Count < MaximumTexts && logged.TryAdd(text, time.GetTimestamp());
        }
    }
}
