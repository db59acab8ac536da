using Bff.Tests.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Bff.Tests.Operations;

/// <summary>Which requests leave a line in the log, and that an API which is away leaves one and no stack trace.</summary>
public sealed class RequestLogTests(SharedRedis redis)
{
    [Theory]
    [InlineData("OPTIONS /me", 204), InlineData("OPTIONS /api/hello", 204), InlineData("OPTIONS /nothing", 204)]
    [InlineData("GET /swagger/", 301), InlineData("GET /swagger/index.html", 200), InlineData("GET /swagger/swagger-ui.css", 200)]
    [InlineData("GET /swagger/start.js", 200), InlineData("HEAD /swagger/index.html", 200), InlineData("GET /openapi.yaml", 200)]
    public async Task Preflights_and_the_files_of_swagger_are_not_logged(string request, int status)
    {
        await using var system = await BffSystem.StartAsync(redis);

        string[] preflight = ["Origin: " + system.Spa.Origin(), "Access-Control-Request-Method: GET"];
        var answer = await RawAnswer.ToAsync(system.Url, request + " HTTP/1.1", preflight);
        await RawAnswer.ToAsync(system.Url, "GET /me HTTP/1.1", ["X-CSRF: 1"]);

        Assert.Equal(status, answer.Status);
        Assert.StartsWith("GET /me 401", Assert.Single(Lines(system)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /swagger/nothing", 404), InlineData("POST /openapi.yaml", 405)]
    [InlineData("OPTIONS /me", 405), InlineData("GET /swaggerx", 404)]
    public async Task What_goes_wrong_there_and_an_OPTIONS_that_is_no_preflight_are_logged(string request, int status)
    {
        await using var system = await BffSystem.StartAsync(redis);

        Assert.Equal(status, (await RawAnswer.ToAsync(system.Url, request + " HTTP/1.1", ["Content-Length: 0"])).Status);

        Assert.Contains($" {status} in ", Assert.Single(Lines(system)), StringComparison.Ordinal);
    }

    /// <summary>It reaches the API, with the access token.</summary>
    [Fact]
    public async Task An_OPTIONS_without_an_origin_is_no_preflight_and_is_logged()
    {
        await using var api = await RecordingApi.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        string[] headers = ["X-CSRF: 1", "Cookie: " + OpenStream.Cookie(browser), "Access-Control-Request-Method: GET"];
        await RawAnswer.ToAsync(system.Url, "OPTIONS /api/hello HTTP/1.1", headers);

        Assert.Single(api.Requests);
        Assert.StartsWith("OPTIONS ", Lines(system)[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is away", "Connection refused (127.0.0.1:1)"), InlineData("speaks no HTTP", "not valid HTTP")]
    [InlineData("hangs up", "response ended")]
    public async Task An_API_that_fails_is_one_warning_a_minute_without_a_stack_trace(string what, string cause)
    {
        using var api = new RawApi();
        api.Says(what == "hangs up" ? "" : "HTTP/1.1 200 \u001b\r\nSet-Cookie secret\r\n\r\n");
        var settings = what == "is away" ? [("ReverseProxy:Clusters:api:Destinations:local:Address", "http://127.0.0.1:1")] : api.Settings;
        await using var system = await BffSystem.StartAsync(redis, settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        for (var i = 0; i < 5; i++) await browser.CallAsync(system, HttpMethod.Get, "/api/hello");

        Assert.Contains(cause, Assert.Single(Warnings(system)), StringComparison.OrdinalIgnoreCase);
        await Poll.UntilAsync(() => Task.FromResult(Lines(system).Count(line => line.Contains(" 502 in ", StringComparison.Ordinal)) == 5));
        Assert.DoesNotContain("   at ", system.Logs.All, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", system.Logs.All, StringComparison.Ordinal);
        system.Time.Advance(TimeSpan.FromSeconds(61));
        await browser.CallAsync(system, HttpMethod.Get, "/api/hello");
        Assert.Equal(2, Warnings(system).Count);
    }

    [Fact]
    public async Task Without_a_setting_it_is_off()
    {
        await using var system = await BffSystem.StartAsync(redis);
        var settings = (IConfigurationRoot)system.Services.GetRequiredService<IConfiguration>();

        // The first provider counts where no other one has the setting.
        Assert.True(settings.Providers.First().TryGet("Logging:LogLevel:Bff.Operations.RequestLog", out var level));
        Assert.Equal("Warning", level);
    }

    private static List<string> Lines(BffSystem system) =>
        [.. system.Logs.Events.Where(line => line.Category == "Bff.Operations.RequestLog").Select(line => line.Message)];

    private static List<string> Warnings(BffSystem system) =>
        [.. system.Logs.Events.Where(line => line.Category.StartsWith("Yarp", StringComparison.Ordinal)).Select(line => line.Message)];
}
