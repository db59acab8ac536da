using Bff.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.Security;

/// <summary>An origin that is missing from the settings, as the log names it.</summary>
public sealed class ForeignOriginTests(SharedRedis redis)
{
    [Theory]
    [InlineData("OPTIONS /me", "https://new.example.com", "https://new.example.com")]
    [InlineData("GET /me", "https://new.example.com:8443", "https://new.example.com:8443")]
    [InlineData("POST /logout", "http://localhost:3000", "http://localhost:3000")]
    [InlineData("OPTIONS /api/hello", "https://new.example.com/", "https://new.example.com/")]
    [InlineData("GET /nothing", "https://NEW.example.com", "https://NEW.example.com")]
    [InlineData("GET /login", "null", "null")]
    [InlineData("GET /callback", "https://m\u00c3\u00bcnchen.example", null)]
    [InlineData("GET /me", "a\tb\u001b[31m", null)]
    public async Task A_foreign_origin_is_named_once_a_minute_by_preflights_too(string request, string origin, string? named)
    {
        await using var system = await BffSystem.StartAsync(redis);

        for (var i = 0; i < 3; i++) await SendAsync(system, request, origin);
        system.Time.Advance(TimeSpan.FromSeconds(59));
        await SendAsync(system, request, origin);

        if (named is not null) Assert.Contains($" {named} is not in Bff", Assert.Single(Warnings(system)), StringComparison.Ordinal);
        Assert.DoesNotContain(Warnings(system), line => line.Any(character => character is < ' ' or > '~'));
        system.Time.Advance(TimeSpan.FromSeconds(2));
        await SendAsync(system, request, origin);
        if (named is not null) Assert.Equal(2, Warnings(system).Count);
    }

    [Fact]
    public async Task Many_and_long_origins_are_cut_and_bounded_and_allowed_ones_are_not_named()
    {
        await using var system = await BffSystem.StartAsync(redis);

        foreach (var allowed in (string[])[system.Spa.Origin(), system.Url.Origin()]) await SendAsync(system, "GET /me", allowed);
        Assert.Empty(Warnings(system));
        await SendAsync(system, "GET /me", "https://" + new string('x', 5000));
        Assert.InRange(Assert.Single(Warnings(system)).Length, 200, 400);
        for (var i = 0; i < 200; i++) await SendAsync(system, "GET /me", $"https://{i}.example");
        Assert.Equal(100, Warnings(system).Count);

        system.Time.Advance(TimeSpan.FromMinutes(1));
        await SendAsync(system, "GET /me", "https://199.example");
        Assert.Equal(101, Warnings(system).Count);
    }

    private static Task<RawAnswer> SendAsync(BffSystem system, string request, string origin)
    {
        string[] headers = ["Origin: " + origin, "Access-Control-Request-Method: GET", "X-CSRF: 1", "Content-Length: 0"];
        return RawAnswer.ToAsync(system.Url, request + " HTTP/1.1", headers);
    }

    private static List<string> Warnings(BffSystem system) =>
        [.. system.Logs.Events.Where(line => line is { Level: LogLevel.Warning, Category: "Bff.Security.SpaCors" })
            .Select(line => line.Message)];
}
