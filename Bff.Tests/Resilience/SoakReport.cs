using System.Collections.Concurrent;

namespace Bff.Tests.Resilience;

/// <summary>What people saw.</summary>
internal sealed class SoakReport
{
    private readonly ConcurrentDictionary<string, int> counts = new();
    private readonly ConcurrentBag<string> lost = [], unexplained = [];
    private long lastEndOfOthers;

    /// <summary>What has to have happened, or nothing was tried.</summary>
    public IReadOnlyList<string> EveryWay { get; } =
        ["sign-in", "GET /me 200", "GET /api/hello 200", "POST /refresh 200", "POST /logout 200", "DELETE /sessions 204"];

    /// <summary>Sessions by name that were gone although their person had not ended them.</summary>
    public IReadOnlyCollection<string> Lost => lost;

    /// <summary>Answers that nothing at that time explains.</summary>
    public IReadOnlyCollection<string> Unexplained => unexplained;

    public int Count(string what) => counts.GetValueOrDefault(what);

    public void Note(string what) => counts.AddOrUpdate(what, 1, (_, count) => count + 1);

    public void NoteLost(string session)
    {
        Note("a session gone");
        lost.Add(session);
    }

    /// <summary>
    /// A person ends all other sessions of their user at present; a sign-in of that user that is being completed just then is one
    /// of them.
    /// </summary>
    public void NoteEndOfOthers() => Interlocked.Exchange(ref lastEndOfOthers, TimeProvider.System.GetTimestamp());

    public bool HasEndOfOthers(TimeSpan within) =>
        Volatile.Read(ref lastEndOfOthers) is > 0 and var last && TimeProvider.System.GetElapsedTime(last) < within;

    public void NoteUnexplained(string what) => unexplained.Add(what);

    public override string ToString() =>
        string.Join(", ", counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Key}: {count.Value}"));
}
