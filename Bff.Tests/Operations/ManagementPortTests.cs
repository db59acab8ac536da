using Bff.Tests.Hosting;
using Bff.Tests.Security;

namespace Bff.Tests.Operations;

/// <summary>The operator's port: nothing of the public side on it, and nothing of it on the public side.</summary>
public sealed class ManagementPortTests
{
    [Fact]
    [Row("HTP-01", "LOG-06")]
    public async Task It_serves_its_own_endpoints_and_their_methods_alone()
    {
        await using var attacked = await AttackedSystem.StartAsync();
        var management = attacked.System.Management;

        foreach (var path in ServedEndpoint.Of(attacked.System).Select(endpoint => endpoint.Path)
            .Concat(["/", "/nothing", "/health", "/debug/pprof/", "/.env", "/actuator/env", "/swagger"]))
            foreach (var method in ServedEndpoint.AllMethods)
            {
                var answer = await RawAnswer.ToAsync(management, $"{method} {path} HTTP/1.1",
                    [.. attacked.Rightful, "Host: " + attacked.System.Url.Authority]);

                Assert.True(answer.Status == 404 && (method == "HEAD" || answer.IsProblem("not_found")),
                    $"{method} {path} answered {answer}");
                Assert.True(answer["Set-Cookie"] is [] && !answer.Names.Any(name =>
                    name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase)), answer.Text);
                StandardHeaders.AreOn(answer);
            }
        foreach (var path in new[] { "/health/live", "/health/ready" })
            foreach (var method in ServedEndpoint.AllMethods.Except(["GET", "HEAD"]))
            {
                var answer = await RawAnswer.ToAsync(management, $"{method} {path} HTTP/1.1", attacked.Rightful);

                Assert.True(answer.Status == 405 && answer["Allow"].Order().SequenceEqual(["GET", "HEAD"]),
                    $"{method} {path} answered {answer}");
            }
        foreach (var head in new[] { "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked" })
        {
            Assert.Equal(400, (await RawAnswer.ToAsync(management, "GET /health/live HTTP/1.1", [head], "0\r\n\r\n")).Status);
        }
        await attacked.IsUntouchedAsync();
    }

    [Fact]
    [Row("LOG-06", "FWD-02")]
    public async Task Nothing_leads_to_it_from_the_public_port()
    {
        await using var attacked = await AttackedSystem.StartAsync();
        var (us, there) = (attacked.System.Url.Authority, attacked.System.Management.Authority);

        foreach (var path in new[] { "/health/live", "/health/ready", "/health", "/metrics", "/revocations", "/Health/Live",
            "/health/live/", "//health/live", "/%68ealth/live", "/swagger/../health/live", "/me/..%2fhealth/live", "/health/live;x",
        "/health/live?port=9090" })
            foreach (var method in new[] { "GET", "POST", "HEAD" })
                foreach (var lines in new[] { [$"Host: {there}"],
                    [$"Host: {us}", $"X-Forwarded-Port: {attacked.System.Management.Port}", $"X-Forwarded-Host: {there}"],
                new[] { $"Host: {us}", $"Forwarded: host=\"{there}\"", $"X-Original-URL: http://{there}/health/live" } })
                {
                    var answer = await attacked.SendAsync(method, path, [.. lines, "Content-Length: 0"]);

                    Assert.True(answer.Status is 404 or 405, $"{method} {path} answered {answer}");
                    Assert.DoesNotContain("live\"}", answer.Body, StringComparison.Ordinal);
                }
        Assert.Equal(404, (await attacked.SendAsync("GET", $"http://{there}/health/live", [$"Host: {there}"])).Status);
        await attacked.IsUntouchedAsync();
    }
}
