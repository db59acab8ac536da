using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Bff.Tests.Hosting;

namespace Bff.Tests.Local;

/// <summary><c>dotnet run --project Bff.Local</c>, and each part alone.</summary>
public sealed class ProgramTests
{
    private readonly LocalPorts ports = new();

    [Fact]
    public async Task The_whole_system_runs_from_any_folder_and_ends_at_Ctrl_C_without_a_trace()
    {
        await using var local = LocalProcess.Start(ports.Arguments());
        using var client = new HttpClient();

        await local.SaysAsync("Ctrl-C ends all of it.");
        var config = await client.GetFromJsonAsync<JsonElement>(ports.Spa + "/config.json", TestContext.Current.CancellationToken);
        var ready = await client.GetAsync($"http://localhost:{ports.Management}/health/ready", TestContext.Current.CancellationToken);
        var me = await client.SendAsync(new(HttpMethod.Get, ports.Bff + "/me") { Headers = { { "X-CSRF", "1" } } },
            TestContext.Current.CancellationToken);
        var (exitCode, took) = await local.SignalAsync("INT");

        Assert.Equal(ports.Bff, config.GetProperty("bff").GetString());
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
        Assert.Contains(ports.Spa, local.Output, StringComparison.Ordinal);
        Assert.Contains("alice@example.com", local.Output, StringComparison.Ordinal);
        Assert.Contains("Temp#Passw0rd1", local.Output, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Empty(local.Errors);
        Assert.Empty(local.Folder.EnumerateFileSystemInfos());
    }

    /// <summary>By an argument, in whatever case, or by the environment.</summary>
    [Theory]
    [InlineData("", "--Bff:SpaOrigins:0=http://localhost:3000")]
    [InlineData("", "--bff:spaorigins:0=http://localhost:3000")]
    [InlineData("http://localhost:3000")]
    [InlineData("http://localhost:4000", "--Bff:SpaOrigins:0=http://localhost:3000")]
    public async Task The_banner_names_the_SPA_origin_that_the_bff_has(string environment, params string[] more)
    {
        await using var local = LocalProcess.Start([("Bff__SpaOrigins__0", environment)], [.. ports.Arguments(), .. more]);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });

        await local.SaysAsync("Ctrl-C ends all of it.");
        var url = ports.Bff + "/login?returnUrl=http://localhost:3000/";
        using var login = await client.GetAsync(url, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Found, login.StatusCode);
        Assert.Matches(@"SPA +http://localhost:3000\s", local.Output);
        Assert.DoesNotContain(ports.Spa, local.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_that_names_it_and_the_setting()
    {
        using var other = new TcpListener(IPAddress.Loopback, ports.Management);
        other.Start();
        await using var local = LocalProcess.Start(ports.Arguments());

        var exitCode = await local.EndAsync();

        Assert.Equal(1, exitCode);
        var line = Assert.Single(local.Errors);
        Assert.Contains($"Port {ports.Management}", line, StringComparison.Ordinal);
        Assert.Contains("--Local:ManagementPort=", line, StringComparison.Ordinal);
        Assert.Equal("", local.Output);
    }

    [Fact]
    public async Task An_unknown_part_is_told_the_known_ones()
    {
        await using var local = LocalProcess.Start("redis");

        Assert.Equal(1, await local.EndAsync());
        Assert.Equal("There is no part 'redis'. The parts are bff, user-pool, api and spa; without one, all of them run.",
            Assert.Single(local.Errors));
    }

    [Fact]
    public async Task The_bff_alone_stands_in_for_nothing()
    {
        await using var local = LocalProcess.Start("bff");

        Assert.NotEqual(0, await local.EndAsync());
        Assert.Contains(local.Errors, line => line.Contains("Redis:Configuration", StringComparison.Ordinal));
        Assert.DoesNotContain(local.Errors, line => line.StartsWith("   at ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("api")]
    [InlineData("spa")]
    [InlineData("user-pool")]
    public async Task Each_part_runs_alone_and_ends_at_sigterm(string part)
    {
        await using var local = LocalProcess.Start([part, .. ports.Arguments()]);

        await AnswersAsync(part switch
        {
            "api" => ports.Api + "/health",
            "spa" => ports.Spa + "/",
            _ => ports.Issuer + "/.well-known/openid-configuration"
        });

        Assert.Equal(0, (await EndedProgram.RunAsync("Bff.Local.dll", ["health", part, .. ports.Arguments()])).ExitCode);
        Assert.Equal(0, (await local.SignalAsync("TERM")).ExitCode);
        Assert.Equal(1, (await EndedProgram.RunAsync("Bff.Local.dll", ["health", part, .. ports.Arguments()])).ExitCode);
    }

    private static async Task AnswersAsync(string url)
    {
        using var client = new HttpClient();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(url, patience.Token)).StatusCode);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50, patience.Token);
            }
        }
    }
}
