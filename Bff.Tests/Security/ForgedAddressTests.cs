using System.Text.RegularExpressions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Security;

/// <summary>
/// What a client says of its own address, of the host and of the path before a rewrite: it changes nothing that we say or decide.
/// </summary>
public sealed partial class ForgedAddressTests(SharedRedis redis)
{
    private static readonly string[][] Lies =
    [
        ["Host: evil.example"], ["Host: "], ["Host: localhost"], ["Host: evil.example:9090"], ["Host: {management}"],
        ["Host: xn--e1awd7f.example"], ["Host: [::1]:80"],
        ["X-Forwarded-Host: evil.example"], ["X-Forwarded-Host: evil.example, {bff}"],
        ["X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "X-Forwarded-Port: 443", "X-Forwarded-Prefix: /evil"],
        ["X-Forwarded-Server: evil.example", "X-Host: evil.example", "X-HTTP-Host-Override: evil.example",
            "X-Original-Host: evil.example", "X-Forwarded-Scheme: http"], ["Forwarded: for=evil.example;host=evil.example;proto=https"],
        ["X-Original-URL: /evil"], ["X-Rewrite-URL: /evil"], ["X-Original-URL: /health/ready", "X-Rewrite-URL: /health/ready"],
        ["X-Forwarded-Uri: /evil", "X-Forwarded-Path: /evil", "X-Forwarded-Method: DELETE"], ["X-Forwarded-Port: {port}"],
        ["Front-End-Https: on", "X-Forwarded-Ssl: on", "X-Url-Scheme: https"],
        ["X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1", "X-Client-IP: 127.0.0.1", "X-Originating-IP: 127.0.0.1",
            "True-Client-IP: 127.0.0.1", "CF-Connecting-IP: 127.0.0.1"],
        ["X-Forwarded-User: alice", "X-Remote-User: alice", "Remote-User: alice", "X-User: alice",
            "X-Forwarded-Email: alice@example.com", "X-Forwarded-Access-Token: evil", "Authorization: Bearer evil"],
        ["User-Agent: kube-probe/1.30"], ["User-Agent: GoogleHC/1.0"], ["User-Agent: ELB-HealthChecker/2.0"],
        ["User-Agent: Amazon CloudFront"], ["User-Agent: "], ["User-Agent: Prometheus/2.50"], ["Referer: https://evil.example/"],
    ];

    private static readonly string[] Requests =
    [
        "GET /login", "GET /login?returnUrl=/x", "GET /callback", "GET /callback?code=c&state=s", "GET /me", "POST /refresh",
        "POST /logout", "GET /api/hello", "POST /api/hello", "GET /", "GET /nothing", "POST /me",
        "GET /health/ready", "GET /health/live", "GET /metrics", "POST /revocations", "GET /swagger", "GET /swagger/index.html",
        "GET /openapi.yaml",
    ];

    [Theory]
    [Row("FWD-01", "FWD-02", "FWD-05", "LOG-06")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_answer_and_no_decision_depends_on_it(bool fromKnownProxy)
    {
        (string, string)[] proxies = fromKnownProxy ? [("Bff:KnownProxies:0", "127.0.0.1"), ("Bff:KnownProxies:1", "::1")] : [];
        await using var system = await BffSystem.StartAsync(redis, proxies);

        foreach (var request in Requests)
        {
            var honest = await RawAnswer.ToAsync(system.Url, request + " HTTP/1.1", ["X-CSRF: 1", "Content-Length: 0"]);
            foreach (var lie in Lies)
            {
                var lines = lie.Select(line =>
                    line.Replace("{management}", system.Management.Authority, StringComparison.Ordinal)
                    .Replace("{bff}", system.Url.Authority, StringComparison.Ordinal)
                    .Replace("{port}", $"{system.Management.Port}", StringComparison.Ordinal)).ToList();
                var answer = await RawAnswer.ToAsync(system.Url, request + " HTTP/1.1", ["X-CSRF: 1", "Content-Length: 0", .. lines]);

                Assert.True(Steady(honest) == Steady(answer),
                    $"{request} with {string.Join(" | ", lines)} answered\n{Steady(answer)}\ninstead of\n{Steady(honest)}");
                Assert.DoesNotContain("evil", answer.Text, StringComparison.Ordinal);
            }
        }
        Assert.DoesNotContain("evil", system.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    [Row("FWD-01")]
    public async Task A_Host_that_is_none_or_contradicts_the_target_is_refused()
    {
        await using var attacked = await AttackedSystem.StartAsync();
        var us = attacked.System.Url.Authority;
        (string Target, string Host)[] wrong =
        [
            ("/me", "Host: a\r\nHost: b"), ("/me", $"Host: {us}\r\nHost: {us}"), ("/me", $"Host: {us}, evil.example"),
            ("/me", $"Host: user@{us}"), ("/me", $"Host: {us}@evil.example"), ("/me", $"Host: {us}/evil"), ("/me", $"Host: {us}?evil"),
            ("/me", $"Host: {us}#evil"),
            ("/me", $"Host: {us} evil.example"), ("/me", $"Host: {us}\tevil"), ("/me", $"Host: {us}\\evil"),
            ("/me", $"Host: {us}\r\n evil.example"), ("/me", $"Host: {us}\nX: evil"), ("/me", $"Host: {us}\rX: evil"),
            ("/me", $"Host : {us}"), ("/me", $"Host: {us}:80:80"), ("/me", $"Host: {us}%00"),
            ("/me", "X-No-Host: 1"), ("http://evil.example/me", $"Host: {us}"), ($"http://{us}@evil.example/me", $"Host: {us}"),
            ("http://evil.example/me", "Host: evil.example:1"),
        ];

        foreach (var (target, host) in wrong)
        {
            var answer = await RawHttp.SendAsync(attacked.System.Url,
                $"GET {target} HTTP/1.1\r\n{host}\r\nConnection: close\r\n{string.Join("\r\n", attacked.Rightful)}\r\n\r\n");

            Assert.True(RawHttp.Status(answer) == 400, $"{target} with {host} answered {answer}");
        }
        await attacked.IsUntouchedAsync();
    }

    // What differs from one answer to the next by itself: times, trace ids, states, nonces, challenges, cookies' values.
    private static string Steady(RawAnswer answer) => Unsteady().Replace(answer.Text, "$1");

    [GeneratedRegex("""(Date: )[^\r]*|("traceId":")[^"]*|((?:state|nonce|code_challenge)=)[^&\r"]*|(Set-Cookie: [^=]*=)[^;]*|(Retry-After: )\d+""")]
    private static partial Regex Unsteady();
}
