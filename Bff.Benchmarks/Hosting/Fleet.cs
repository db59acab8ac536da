namespace Bff.Benchmarks.Hosting;

/// <summary>Instances of the BFF on one Redis. Browsers come back from the user pool to the first; a session is valid on all.</summary>
internal sealed record Fleet(Server[] Instances) : IAsyncDisposable
{
    public Server First => Instances[0];

    public static async Task<Fleet> StartAsync(int count, BffSettings settings)
    {
        // The first creates the key ring; two that start at once would each create a key.
        var first = await Programs.BffAsync("BFF", settings);
        var others = Enumerable.Range(1, count - 1)
            .Select(_ => Programs.BffAsync("BFF", settings with { PublicPort = first.Port }));
        return new Fleet([first, .. await Task.WhenAll(others)]);
    }

    public int[] Ports(int count) => [.. Instances.Take(count).Select(server => server.Port)];

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Instances) await server.DisposeAsync();
    }
}
