namespace Bff.Benchmarks.Hosting;

/// <summary>A server under test: a process of its own that listens on loopback.</summary>
/// <param name="Name">How the tables call it.</param>
/// <param name="Port">Where requests go.</param>
internal sealed record Server(string Name, KeptProcess Process, int Port) : IAsyncDisposable
{
    public Uri Url { get; } = new($"http://localhost:{Port}");

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
