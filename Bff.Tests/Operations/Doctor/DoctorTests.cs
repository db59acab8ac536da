using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bff.Operations.Doctor;
using Bff.Tests.Hosting;
using StackExchange.Redis;

namespace Bff.Tests.Operations.Doctor;

/// <summary>The verb itself: its output, its exit code, its time.</summary>
public sealed class DoctorTests(SharedRedis redis)
{
    [Fact]
    public async Task An_installation_without_a_fault_has_no_fail_and_exit_code_0()
    {
        await using var system = await ExaminedSystem.StartAsync(await redis.GetConfigurationAsync());

        var (exitCode, output, errors) = await DoctorProcess.RunAsync([.. system.Arguments()]);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.DoesNotContain("fail  ", output, StringComparison.Ordinal);
        string[] checks = ["settings", "SPA site", "session lifetime", "discovery", "issuer", "keys", "clock", "client", "redirect URL",
            "sign-in page", "sign-out URL", "Redis TLS", "Redis version", "Redis eviction", "Redis rights", "Redis channels",
            "API"];
        Assert.All(checks, check => Assert.Matches($"(?m)^ok    {check}: ", output));
        Assert.Matches("(?m)^(ok|warn)  +Redis: It answers in [0-9.]+ ms", output);
        Assert.Matches("(?m)^warn  key ring: It is not encrypted", output);
        Assert.All(system.Secrets(), secret => Assert.DoesNotContain(secret, output, StringComparison.Ordinal));
    }

    [Fact]
    public void Control_characters_of_a_server_do_not_reach_the_terminal() =>
        Assert.StartsWith("fail  API: a?[2Kb? c", Report.Text([Finding.Fail("API", "a\u001b[2Kb\r", "c")]), StringComparison.Ordinal);

    [Theory]
    [InlineData("/error?x=1", "http://pool.example/error?x=1"), InlineData("https://app.example/", "https://app.example/")]
    [InlineData("file:///etc/passwd", null)]
    public void Only_a_redirect_to_http_or_https_is_one(string location, string? target)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.Found)
        {
            RequestMessage = new HttpRequestMessage(HttpMethod.Get, "http://pool.example/login"),
            Headers = { Location = new Uri(location, UriKind.RelativeOrAbsolute) },
        };

        Assert.Equal(target, ProviderAccess.RedirectOf(response)?.AbsoluteUri);
    }

    [Fact]
    public async Task An_OpenID_Connect_provider_without_a_fault_has_no_fail()
    {
        await using var provider = await TestProvider.StartAsync();
        await using var system = await ExaminedSystem.StartAsync(await redis.GetConfigurationAsync());
        system.Use(provider);

        var (exitCode, output) = await system.RunAsync();

        Assert.Equal(0, exitCode);
        Assert.Matches("(?m)^ok    redirect URL: .* is registered", output);
        Assert.Matches("(?m)^ok    sign-out URL: Not known", output);
    }

    [Fact]
    public async Task Json_has_the_findings_of_the_text()
    {
        await using var system = await ExaminedSystem.StartAsync(await redis.GetConfigurationAsync());
        system.Settings["Oidc:ClientSecret"] = "another-secret";
        system.Settings["Redis:KeyPrefix"] = "{";

        var (_, text) = await system.RunAsync();
        var (exitCode, output) = await system.RunAsync("--json");

        var json = JsonNode.Parse(WithoutClock(output))!;
        Assert.Equal((1, "fail"), (exitCode, (string?)json["result"]));
        var lines = json["checks"]!.AsArray().Select(check =>
            $"{check!["grade"],-4}  {check["check"]}: {check["found"]}{(check["remedy"] is { } remedy ? $" {remedy}" : "")}");
        Assert.Equal(WithoutClock(text).Split(Environment.NewLine).TakeWhile(line => line is not ""), lines);
    }

    private static string WithoutClock(string output) => Regex.Replace(output, "by [0-9]+ seconds", "by a time");

    [Fact]
    public async Task It_leaves_nothing_in_Redis()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var system = await ExaminedSystem.StartAsync(server.Configuration);

        await system.RunAsync();

        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.Configuration + ",allowAdmin=true");
        Assert.Empty(connection.GetServers()[0].Keys());
    }

    [Theory]
    [InlineData("--jsn")]
    [InlineData("json")]
    [InlineData("--Oidc:ClientSecret", "a-secret")]
    [InlineData("--jsn=true")]
    public async Task Wrong_arguments_are_exit_code_2_and_not_quoted(params string[] arguments)
    {
        var (exitCode, output, errors) = await DoctorProcess.RunAsync(arguments);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains("Usage: dotnet Bff.dll doctor", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_within_20_seconds_when_no_server_answers()
    {
        // It accepts connections, as the system does for it, and answers none.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var provider = await TestProvider.StartAsync();
        await using var system = await ExaminedSystem.StartAsync($"{silent.LocalEndpoint}");
        system.Use(provider);
        provider.Metadata["token_endpoint"] = $"http://{silent.LocalEndpoint}/";
        provider.Metadata["authorization_endpoint"] = $"http://{silent.LocalEndpoint}/";
        system.Settings["ReverseProxy:Clusters:api:Destinations:local:Address"] = $"http://{silent.LocalEndpoint}/";
        var started = Stopwatch.GetTimestamp();

        var endpoints = await DoctorProcess.RunAsync([.. system.Arguments()]);
        var elapsed = Stopwatch.GetElapsedTime(started);
        system.Settings["Oidc:Authority"] = $"http://{silent.LocalEndpoint}";
        var (_, discovery) = await system.RunAsync();

        Assert.Equal(1, endpoints.ExitCode);
        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.All((string[])["client", "redirect URL", "Redis", "API"],
            check => Assert.Matches($"(?m)^fail  {check}: ", endpoints.Output));
        Assert.Matches("(?m)^fail  discovery: .*no response came in time", discovery);
    }
}
