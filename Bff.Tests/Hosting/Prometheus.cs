using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Bff.Tests.Hosting;

/// <summary>
/// The machine's <c>prometheus</c>, on a free port, with its data in a folder of its own; without one the test is skipped.
/// </summary>
internal sealed class Prometheus : IAsyncDisposable
{
    private const string Package = "prometheus";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("bff-prometheus-");
    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false });
    private KeptProcess? process;

    private Prometheus()
    {
    }

    private static string? ExecutablePath { get; } = InstalledProgram.Find("prometheus");

    private static string? ToolPath { get; } = InstalledProgram.Find("promtool");

    private Uri Url { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

    /// <summary>Starts one that reads the metrics of the targets every second, as the job <c>bff</c>.</summary>
    public static async Task<Prometheus> StartAsync(params IEnumerable<Uri> targets)
    {
        var executable = InstalledProgram.Require(ExecutablePath, "prometheus", Package);
        var prometheus = new Prometheus();
        try
        {
            await prometheus.StartAsync(executable, string.Join(", ", targets.Select(target => $"\"{target.Authority}\"")));
            return prometheus;
        }
        catch
        {
            await prometheus.DisposeAsync();
            throw;
        }
    }

    /// <summary>What <c>promtool check rules</c> and the like print, and whether all is well.</summary>
    public static async Task<(bool IsOk, string Output)> CheckAsync(string what, string path)
    {
        var start = new ProcessStartInfo(InstalledProgram.Require(ToolPath, "promtool", Package), ["check", what, path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var tool = Process.Start(start)!;
        var output = await Task.WhenAll(tool.StandardOutput.ReadToEndAsync(), tool.StandardError.ReadToEndAsync());
        await tool.WaitForExitAsync();
        return (tool.ExitCode == 0, string.Concat(output));
    }

    /// <summary>The series that a query answers with now, each as its labels and its value.</summary>
    public async Task<IReadOnlyList<string>> QueryAsync(string query)
    {
        using var form = new FormUrlEncodedContent([new("query", query)]);
        using var response = await client.PostAsync(new Uri(Url, "/api/v1/query"), form, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{query}: {answer}");
        return [.. answer!["data"]!["result"]!.AsArray().Select(series => $"{series!["metric"]!.ToJsonString()} {series["value"]![1]}")];
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
        client.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task StartAsync(string executable, string targets)
    {
        var configuration = Path.Combine(folder.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s }
            scrape_configs: [ { job_name: bff, static_configs: [ { targets: [{{targets}}] } ] } ]
            """);
        process = KeptProcess.Start(executable, [$"--config.file={configuration}", $"--web.listen-address={Url.Authority}",
            $"--storage.tsdb.path={Path.Combine(folder.FullName, "data")}"]);
        await Poll.UntilAsync(IsReadyAsync, string.Join('\n', process.Output));
    }

    private async Task<bool> IsReadyAsync()
    {
        Assert.True(process!.IsRunning, string.Join('\n', process.Output));
        try
        {
            using var answer = await client.GetAsync(new Uri(Url, "/-/ready"), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
