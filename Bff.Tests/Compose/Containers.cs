using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Bff.Tests.Compose;

/// <summary>The containers of one Compose project, found by the labels that Compose gives them.</summary>
internal static class Containers
{
    public static string? Project { get; } = Environment.GetEnvironmentVariable("COMPOSE_CHECK");

    public static async Task<string> IdAsync(string service)
    {
        var ids = await DockerAsync("ps", "--all", "--quiet", "--no-trunc",
            "--filter", $"label=com.docker.compose.project={Project}", "--filter", $"label=com.docker.compose.service={service}");
        return Assert.Single(ids.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public static async Task<JsonNode> InspectAsync(string service) =>
        JsonNode.Parse(await DockerAsync("inspect", await IdAsync(service)))![0]!;

    public static async Task<string> ExecAsync(string service, params string[] command) =>
        await DockerAsync(["exec", await IdAsync(service), .. command]);

    /// <summary>Runs the image's program in the service's container, as a second process.</summary>
    public static async Task<string> RunProgramAsync(string service, params string[] arguments)
    {
        var program = (await InspectAsync(service))["Config"]!["Entrypoint"]!.AsArray().Select(word => word!.ToString());
        return await ExecAsync(service, [.. program, .. arguments]);
    }

    public static async Task StopAsync(string service) => await DockerAsync("stop", await IdAsync(service));

    /// <summary>Ends it without a chance to write anything more.</summary>
    public static async Task KillAsync(string service) => await DockerAsync("kill", await IdAsync(service));

    public static async Task StartAsync(string service)
    {
        await DockerAsync("start", await IdAsync(service));
        await WaitUntilHealthyAsync(service);
    }

    public static async Task WaitUntilHealthyAsync(string service)
    {
        var started = Stopwatch.GetTimestamp();
        while (await HealthAsync(service) is var health && health != "healthy")
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(2), $"{service} is {health}");
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Where the host reaches a port of the container.</summary>
    public static async Task<Uri> PublishedAsync(string service, int port)
    {
        var address = (await DockerAsync("port", await IdAsync(service), $"{port}/tcp")).Trim();
        Assert.StartsWith("127.0.0.1:", address, StringComparison.Ordinal);
        return new Uri("http://localhost:" + address.Split(':')[1]);
    }

    /// <summary>Everything that the container's process has written, on either stream.</summary>
    public static async Task<string> LogAsync(string service) => string.Concat(await RunAsync("logs", await IdAsync(service)));

    private static async Task<string> HealthAsync(string service) =>
        (await InspectAsync(service))["State"]!["Health"]!["Status"]!.ToString();

    private static async Task<string> DockerAsync(params string[] arguments) => (await RunAsync(arguments))[0];

    private static async Task<string[]> RunAsync(params string[] arguments)
    {
        using var docker = Process.Start(new ProcessStartInfo("docker", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        })!;
        var streams = await Task.WhenAll(
            docker.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            docker.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await docker.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(docker.ExitCode == 0, $"docker {string.Join(' ', arguments)}: {streams[1]}");
        return streams;
    }
}
