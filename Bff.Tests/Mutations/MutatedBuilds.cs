using System.Collections.Concurrent;
using Bff.Tests.Hosting;

namespace Bff.Tests.Mutations;

/// <summary>Works through the list, with a build of its own for each processor.</summary>
public sealed class MutatedBuilds : IAsyncLifetime
{
    // Within the checkout, because tests look for its top from where they lie.
    private readonly string folder = Repository.PathTo("Bff.Tests/bin/mutated-" + Environment.ProcessId);
    private readonly CancellationTokenSource end = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<(bool Failed, string Output)>> results = new();
    private Task working = Task.CompletedTask;

    public ValueTask InitializeAsync()
    {
        var waiting = new ConcurrentQueue<Mutation>(Mutation.All);
        working = Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount)
            .Select(number => Task.Run(() =>
            WorkAsync(new MutatedBuild(Path.Combine(folder, $"{number}")), waiting), CancellationToken.None)));
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether the mutation's test failed, and what it wrote.</summary>
    public async Task<(bool Failed, string Output)> ResultAsync(Mutation mutation)
    {
        var result = Result(mutation).Task;
        // If a worker fails, no test waits for its results.
        await await Task.WhenAny(result, working);
        return await result.WaitAsync(TimeSpan.Zero);
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await Task.WhenAny(working);
        end.Dispose();
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private async Task WorkAsync(MutatedBuild build, ConcurrentQueue<Mutation> waiting)
    {
        await build.PrepareAsync(end.Token);
        while (waiting.TryDequeue(out var mutation))
        {
            try
            {
                Result(mutation).SetResult(await build.RunWithoutAsync(mutation, end.Token));
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !end.IsCancellationRequested)
            {
                Result(mutation).SetException(exception);
            }
        }
    }

    private TaskCompletionSource<(bool Failed, string Output)> Result(Mutation mutation) => results.GetOrAdd(mutation.Defence, _ => new());
}
