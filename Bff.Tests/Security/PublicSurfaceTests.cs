using Bff.Tests.Hosting;

namespace Bff.Tests.Security;

/// <summary>What the public port says to somebody who only looks around.</summary>
[Row("LOG-06")]
public sealed class PublicSurfaceTests(SharedRedis redis)
{
    private static readonly string[] Nowhere =
    [
        "/metrics", "/health", "/health/live", "/health/ready", "/healthz", "/ready", "/revocations", "/debug/pprof/", "/debug/vars",
        "/actuator", "/actuator/env", "/actuator/heapdump", "/env", "/.env", "/.git/config", "/.git/HEAD",
        "/appsettings.json", "/Bff.dll", "/Bff.pdb", "/web.config", "/swagger.json", "/swagger/v1/swagger.json", "/openapi.json",
        "/openapi/v1.json", "/api-docs", "/graphql", "/trace", "/elmah.axd", "/_framework/", "/hangfire", "/server-status", "/wp-login.php",
        "/run/secrets/Oidc__ClientSecret", "/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/swagger/../appsettings.json",
        "/swagger/%2e%2e/%2e%2e/appsettings.json", "/swagger/..%5cappsettings.json", "//health/ready", "/HEALTH/READY",
        "/health/ready/", "/health%2fready",
    ];

    [Theory]
    [InlineData("true"), InlineData("false")]
    public async Task Nothing_of_the_operators_is_there_and_the_answer_says_no_more_than_that(string swagger)
    {
        await using var system = await BffSystem.StartAsync(redis, [("Bff:Swagger", swagger)]);
        string[] pages = swagger == "true" ? [] : ["/swagger", "/swagger/", "/swagger/index.html", "/swagger/start.js",
            "/swagger/swagger-ui.css", "/openapi.yaml"];

        foreach (var path in (string[])[.. Nowhere, .. pages])
        {
            foreach (var host in (string[])[system.Url.Authority, system.Management.Authority])
            {
                var answer = await RawHttp.SendAsync(system.Url, $"GET {path} HTTP/1.1",
                    ["X-CSRF: 1", "Accept: */*", "Host: " + host, "X-Forwarded-Port: " + system.Management.Port,
                    "X-Original-URL: /health/ready"]);

                Assert.True(RawHttp.Status(answer) is 404 or 400, $"{path}: {answer}");
                if (RawHttp.Status(answer) == 404) Assert.Contains("\"code\":\"not_found\"", answer, StringComparison.Ordinal);
                Assert.DoesNotContain("Server:", answer, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task The_API_description_has_no_secret_inner_host_or_version()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Bff:ManagementKey", "canary-management-key")]);
        var client = system.Pool.Options.Clients[0];
        string[] inner = [client.ClientSecrets[0], client.ClientId, "canary", system.RedisConfiguration.Split(',')[0], system.KeyPrefix,
            system.Pool.IssuerUrl.ToString(), system.Pool.DomainUrl.Authority, system.Api.Authority, $":{system.Management.Port}",
        "StackExchange", "Kestrel", "Yarp", "Redis:"];

        foreach (var path in (string[])["/openapi.yaml", "/swagger/index.html", "/swagger/start.js", "/swagger/index.js"])
        {
            var answer = await RawHttp.SendAsync(system.Url, $"GET {path} HTTP/1.1", ["Accept: */*"]);

            Assert.True(RawHttp.Status(answer) == 200, $"{path}: {answer}");
            Assert.All(inner, word => Assert.DoesNotContain(word, answer, StringComparison.Ordinal));
        }
    }
}
