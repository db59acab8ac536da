using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Bff.Tests.Hosting;

namespace Bff.Tests.Operations;

/// <summary>The published program itself, in a process of its own.</summary>
public sealed class StartTests(SharedRedis redis)
{
    [Fact]
    [Row("OPS-01")]
    public async Task Without_settings_it_ends_with_all_missing_ones_in_one_message()
    {
        var (exitCode, output, errors) = await RunAsync();

        Assert.NotEqual(0, exitCode);
        foreach (var setting in new[] { "Bff:PublicUrl", "Bff:SpaOrigins", "Oidc:Authority", "Oidc:ClientId", "Oidc:ClientSecret",
            "Redis:Configuration" })
        {
            Assert.Contains(setting + " is missing. ", errors, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_management_port_that_is_public_too_is_refused()
    {
        var (exitCode, _, errors) = await RunAsync([.. Enough, "--urls=http://127.0.0.1:5999", "--Bff:ManagementPort=5999"]);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("Bff:ManagementPort 5999 is also a public port", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_YARP_refuses_of_its_configuration_is_said_without_a_stack_trace()
    {
        var (exitCode, output, errors) = await RunAsync(
        [
            .. Enough, $"--urls=http://127.0.0.1:{FreePort.Next()}", $"--Bff:ManagementPort={FreePort.Next()}",
            "--ReverseProxy:Routes:api:ClusterId=api", "--ReverseProxy:Routes:api:Match:Path=/api/{**a}/{b",
            "--ReverseProxy:Clusters:api:Destinations:one:Address=http://127.0.0.1:1",
        ]);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("ReverseProxy: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors + output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_named_without_a_stack_trace()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var (exitCode, output, errors) =
            await RunAsync([.. Enough, $"--urls=http://{taken.LocalEndpoint}", $"--Bff:ManagementPort={FreePort.Next()}",
            $"--Redis:Configuration={await redis.GetConfigurationAsync()}"]);

        Assert.NotEqual(0, exitCode);
        Assert.Contains($"http://{taken.LocalEndpoint}", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }

    private static readonly string[] Enough =
    [
        "--Bff:PublicUrl=https://bff.example", "--Bff:SpaOrigins:0=https://app.example", "--Oidc:Authority=https://issuer.example",
        "--Oidc:ClientId=c", "--Oidc:ClientSecret=s",
        "--Redis:Configuration=127.0.0.1:1",
    ];

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        // The machine's own settings must not help.
        foreach (var name in start.Environment.Keys.Where(name => name.Contains("__", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
