using System.Net;
using System.Net.Sockets;
using Bff.Tests.Hosting;

namespace Bff.Tests.Operations;

/// <summary>The verb <c>health</c>, by which a container engine asks the program in a container for its health.</summary>
public sealed class HealthCheckTests(SharedRedis redis)
{
    [Theory]
    [InlineData("/health/ready")]
    [InlineData("/health/ready", "ready")]
    [InlineData("/health/live", "live")]
    public async Task A_healthy_instance_is_exit_code_0_and_one_line(string path, params string[] what)
    {
        await using var system = await BffSystem.StartAsync(redis);

        var ended = await EndedProgram.BffAsync(["health", .. what, $"--Bff:ManagementPort={system.Management.Port}"]);

        Assert.Equal(new EndedProgram(0, $"http://localhost:{system.Management.Port}{path}: 200\n", ""), ended);
    }

    [Fact]
    public async Task Without_Redis_it_is_live_but_not_ready_and_says_why()
    {
        await using var own = await RedisServer.StartNewAsync();
        await using var system = await BffSystem.StartAsync(own.Configuration);
        await own.StopAsync();

        var ready = await EndedProgram.BffAsync("health", $"--Bff:ManagementPort={system.Management.Port}");
        var live = await EndedProgram.BffAsync("health", "live", $"--Bff:ManagementPort={system.Management.Port}");

        Assert.Equal((1, ""), (ready.ExitCode, ready.Output));
        Assert.Contains("/health/ready: 503 {\"status\":\"Redis cannot be read; the log names the cause\"}", ready.Errors,
            StringComparison.Ordinal);
        Assert.Equal(0, live.ExitCode);
    }

    [Fact]
    public async Task Where_nothing_listens_it_is_exit_code_1_and_one_line()
    {
        var ended = await EndedProgram.BffAsync("health", $"--Bff:ManagementPort={FreePort.Next()}");

        Assert.Equal((1, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("no response", Assert.Single(Lines(ended)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_that_does_not_respond_is_given_up_after_3_seconds()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var ended = await EndedProgram.BffAsync("health", $"--Bff:ManagementPort={((IPEndPoint)silent.LocalEndpoint).Port}");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("no response", Assert.Single(Lines(ended)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_health_is_refused_with_the_known_ones()
    {
        var ended = await EndedProgram.BffAsync("health", "redis");

        Assert.Equal(1, ended.ExitCode);
        Assert.Equal("There is no health 'redis'. Ask for live or ready.", Assert.Single(Lines(ended)));
    }

    private static string[] Lines(EndedProgram ended) => ended.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
