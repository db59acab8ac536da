using System.Collections.Concurrent;

namespace Bff.Local.UserPool.RemoteControl;

/// <summary>What was asked of the pool: a counter per endpoint, and the last requests themselves.</summary>
internal sealed class RequestLog
{
    private const int Kept = 1000;

    private readonly ConcurrentQueue<LoggedRequest> last = [];
    private readonly ConcurrentDictionary<string, int> counts = [];

    /// <summary>The last thousand, oldest first.</summary>
    public IReadOnlyList<LoggedRequest> Last => [.. last];

    /// <summary>The requests to the token endpoint among the last thousand, oldest first.</summary>
    public IReadOnlyList<LoggedRequest> TokenRequests => [.. last.Where(request => request.Path == PoolPaths.Token)];

    /// <summary>How often an endpoint was called since the start (or <see cref="Clear"/>), answered or not.</summary>
    public int Count(string path) => counts.GetValueOrDefault(path);

    /// <summary>How often a grant was asked of the token endpoint: <c>authorization_code</c>, <c>refresh_token</c>.</summary>
    public int Grants(string grantType) => counts.GetValueOrDefault(PoolPaths.Token + " " + grantType);

    /// <summary>How often an endpoint has done its work, the answer sent or not.</summary>
    public int Done(string path) => counts.GetValueOrDefault(path + " done");

    public void Clear()
    {
        last.Clear();
        counts.Clear();
    }

    /// <summary>On arrival: a request that hangs has been made.</summary>
    internal void Count(string path, string? grantType)
    {
        counts.AddOrUpdate(path, 1, (_, before) => before + 1);
        if (grantType is not null)
        {
            counts.AddOrUpdate(path + " " + grantType, 1, (_, before) => before + 1);
        }
    }

    internal void CountDone(string path) => counts.AddOrUpdate(path + " done", 1, (_, before) => before + 1);

    internal void Add(LoggedRequest request)
    {
        last.Enqueue(request);
        while (last.Count > Kept)
        {
            last.TryDequeue(out _);
        }
    }
}
