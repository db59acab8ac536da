using System.Text.Json;

namespace Bff.Benchmarks.Load;

/// <summary>The second process: reads jobs, one JSON a line, and answers each with its result, until its input ends.</summary>
internal static class LoadVerb
{
    public static async Task RunAsync()
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var job = JsonSerializer.Deserialize<LoadJob>(line)!;
            var result = job.Kind switch
            {
                LoadKind.Requests => await RequestLoad.RunAsync(job),
                LoadKind.Logins => await LoginLoad.RunAsync(job),
                LoadKind.Events => await EventLoad.RunAsync(job),
                _ => throw new InvalidOperationException($"No such load: {job.Kind}"),
            };
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(result));
            await Console.Out.FlushAsync();
        }
    }
}
