using Bff.Tests.Hosting;
using Bff.Tests.Resilience;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.Operations;

/// <summary>What the log says at start: who this is, and what is wrong before the first sign-in.</summary>
public sealed class StartLogTests(SharedRedis redis)
{
    [Fact]
    public async Task One_line_names_issuer_client_urls_origins_redis_and_version()
    {
        (string, string)[] settings = [("Bff:SpaOrigins:1", "https://app.example.com"), ("Bff:SignedOutUrl", "https://app.example.com/x")];
        await using var system = await BffSystem.StartAsync(redis, settings);

        var line = Assert.Single(system.Logs.Events, line => line.Message.StartsWith("started: BFF ", StringComparison.Ordinal));

        Assert.Equal(LogLevel.Information, line.Level);
        string[] parts =
        [
            $"issuer {system.Pool.IssuerUrl},", $"client {system.Pool.Options.Clients[0].ClientId};", $"at {system.Url.Origin()} ",
            $"{system.Spa.Origin()} https://app.example.com;", $"Redis {system.RedisConfiguration}.",
            $"redirect URL {system.Url.Origin()}/callback,", $"sign-out URL https://app.example.com/x {system.Url.Origin()}/swagger/.",
        ];
        Assert.All(parts, part => Assert.Contains(part, line.Message, StringComparison.Ordinal));
        Assert.Matches(@"^started: BFF \d+\.\d+\.\d+", line.Message);
        Assert.DoesNotContain(system.Pool.Options.Clients[0].ClientSecrets[0], system.Logs.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:1,password=secret1,user=secret2", "127.0.0.1:1.")]
    [InlineData("127.0.0.1:1,127.0.0.1:2,ssl=true,password=secret1", "127.0.0.1:1 127.0.0.1:2.")]
    [InlineData("127.0.0.1:1,password=secret1,secret2", "127.0.0.1:1.")]
    [InlineData("secret1:secret2@127.0.0.1:1", "127.0.0.1:1.")]
    [InlineData("[::1]:1,password=secret1=", "[::1]:1.")]
    public async Task The_line_names_the_endpoints_of_redis_and_nothing_else_of_its_settings(string configuration, string named)
    {
        await using var system = await BffSystem.StartAsync(configuration + ",connectTimeout=100");

        var line = Assert.Single(system.Logs.Events, line => line.Message.StartsWith("started: BFF ", StringComparison.Ordinal)).Message;

        Assert.Contains($"Redis {named}", line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no server there", "Connection refused")]
    [InlineData("no such host", "issuer.bff.invalid")]
    [InlineData("the sign-in domain", "HTTP 400")]
    [InlineData("another issuer", "byte for byte")]
    public async Task An_authority_that_is_wrong_or_away_is_a_warning_before_anybody_signs_in(string what, string named)
    {
        await using var provider = await TestProvider.StartAsync();
        provider.Metadata["issuer"] = "https://another.example";
        string authority = what switch
        {
            "no server there" => "http://127.0.0.1:1",
            "no such host" => "https://issuer.bff.invalid",
            "the sign-in domain" => provider.Origin,
            _ => provider.Issuer,
        };
        if (what == "the sign-in domain") provider.Answer("/.well-known/openid-configuration", 400, "{}");

        (string, string)[] settings = [.. provider.Settings, ("Oidc:Authority", authority)];
        await using var system = await BffSystem.StartAsync(redis, settings, readsMetadataAtStart: true);

        using var client = new HttpClient();
        await client.GetStringAsync(new Uri(system.Management, "/health/ready"), TestContext.Current.CancellationToken);
        await Poll.UntilAsync(() => Task.FromResult(Warnings(system).Count > 0), "no warning");
        var warning = Assert.Single(Warnings(system));
        Assert.Contains(authority, warning, StringComparison.Ordinal);
        Assert.Contains(named, warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_is_there_is_read_once_for_the_start_and_the_sign_ins_after_it()
    {
        await using var provider = await TestProvider.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, provider.Settings, readsMetadataAtStart: true);
        provider.Time = system.Time;

        await Poll.UntilAsync(() => Task.FromResult(provider.Count(TestProvider.Jwks) > 0), "it is not read");
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        Assert.Equal(1, provider.Count(TestProvider.Discovery));
        Assert.Empty(Warnings(system));
    }

    [Theory]
    [InlineData(null, null, @"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: Bff")]
    [InlineData("simple", null, @"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: Bff")]
    [InlineData("json", null, @"^\{""Timestamp"":""20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z""")]
    [InlineData(null, "yyyy ", @"^\d\d\d\d info: Bff")]
    public async Task Each_line_of_the_program_has_a_timestamp(string? formatter, string? format, string pattern)
    {
        await using var fleet = await Fleet.StartAsync(await redis.GetConfigurationAsync(), instances: 0);
        fleet.Environment["Logging__Console__FormatterName"] = formatter;
        fleet.Environment["Logging__Console__FormatterOptions__TimestampFormat"] = format;

        await fleet.Add().StartAsync();

        Assert.Contains(fleet[0].Log, line => System.Text.RegularExpressions.Regex.IsMatch(line, pattern));
    }

    private static List<string> Warnings(BffSystem system) =>
        [.. system.Logs.Events.Where(line => line is { Level: LogLevel.Warning, Category: "Bff.Oidc.ProviderMetadata" })
            .Select(line => line.Message)];
}
