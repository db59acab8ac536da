using System.Net;
using System.Text.RegularExpressions;
using Bff.Tests.Hosting;
using CsCheck;
using static Bff.Tests.Proxy.ClientHeaders;

namespace Bff.Tests.Proxy;

/// <summary>
/// Which of the client's headers reach the API, over a raw socket: whatever says who calls or from where is the BFF's to say.
/// </summary>
public sealed class ClientHeaderTests(SharedRedis redis)
{
    [Fact, Row("PRX-01", "PRX-02", "FWD-02", "CSR-06", "ME-03")]
    public async Task Only_what_says_nothing_of_the_caller_reaches_the_API()
    {
        await using var api = await RecordingApi.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        foreach (var names in Withheld.Chunk(80).Append(Passing))
        {
            var answer = await SendAsync(system, browser,
                [.. names.Select(name => name + ": canary"), "Authorization: Basic Y2FuYXJ5", "Cookie: other=canary"]);
            Assert.True(RawHttp.Status(answer) == 200, answer);
        }

        Assert.Equal(Passing.Order(StringComparer.OrdinalIgnoreCase),
            api.Requests.SelectMany(seen => seen.Headers)
            .Where(header => header.Value.ToString().Contains("canary", StringComparison.Ordinal)).Select(header => header.Key)
            .Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);
        foreach (var seen in api.Requests)
        {
            AssertOurs(seen, system);
            foreach (var name in new[] { "Cookie", "Origin", "X-CSRF", "Connection", "Transfer-Encoding" })
                Assert.False(seen.Headers.ContainsKey(name), name);
        }
    }

    [Theory, Row("PRX-01")]
    [InlineData("authorization")]
    [InlineData("keep-alive, Authorization, X-Forwarded-For, X-Forwarded-Host, Host, Cookie")]
    [InlineData("x-nominated")]
    [InlineData("content-length, content-type, transfer-encoding, connection, x-nominated")]
    [InlineData("\"authorization\", author ization,,,; x-nominated")]
    public async Task What_the_client_nominates_as_hop_by_hop_takes_nothing_of_ours_away(string connection)
    {
        await using var api = await RecordingApi.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(system.Url, "/api/x")) { Content = new StringContent("body") };
        foreach (var (name, value) in new[] { ("Connection", connection), ("X-CSRF", "1"), ("Cookie", OpenStream.Cookie(browser)),
            ("Authorization", "Bearer stolen"), ("X-Nominated", "canary") }) request.Headers.TryAddWithoutValidation(name, value);

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var seen = Assert.Single(api.Requests);
        AssertOurs(seen, system);
        Assert.Equal("body", seen.Body);
        Assert.Equal(!connection.EndsWith(", x-nominated", StringComparison.Ordinal) && connection != "x-nominated",
            seen.Headers.ContainsKey("X-Nominated"));
    }

    [Fact, Row("FWD-01", "FWD-02")]
    public async Task The_operator_may_have_the_public_host_sent_and_the_client_cannot_change_it()
    {
        await using var api = await RecordingApi.StartAsync();
        await using var system =
            await BffSystem.StartAsync(redis, [.. api.Settings,
            ("ReverseProxy:Routes:api:Transforms:0:RequestHeaderOriginalHost", "true"),
        ("ReverseProxy:Routes:api:Transforms:1:RequestHeader", "X-User"),
        ("ReverseProxy:Routes:api:Transforms:1:Append", "of the operator"),
            ("ReverseProxy:Routes:api:Transforms:2:RequestHeader", "Authorization"),
            ("ReverseProxy:Routes:api:Transforms:2:Set", "Basic operator")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        Assert.Equal(200, RawHttp.Status(await SendAsync(system, browser, ["Host: evil.example", "X-User: canary"])));

        var seen = Assert.Single(api.Requests);
        Assert.Equal(system.Url.Authority, seen.Host);
        Assert.Equal("of the operator", seen.Headers["X-User"].ToString());
        AssertOurs(seen, system);
    }

    [Fact, Row("HTP-09")]
    public async Task An_expectation_is_met_here_and_is_not_the_APIs()
    {
        await using var api = await RecordingApi.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        // It sends the body after 100 Continue, or when the test is long over.
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            Expect100ContinueTimeout = TimeSpan.FromMinutes(5)
        })
        { Timeout = TimeSpan.FromSeconds(20) };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(system.Url, "/api/x")) { Content = new StringContent("body") };
        foreach (var (name, value) in new[] { ("X-CSRF", "1"), ("Cookie", OpenStream.Cookie(browser)) })
            request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.ExpectContinue = true;

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var seen = Assert.Single(api.Requests);
        Assert.Equal("body", seen.Body);
        Assert.False(seen.Headers.ContainsKey("Expect"));
    }

    [Fact, Row("HTP-09")]
    public async Task Trailers_of_a_request_stay_here()
    {
        await using var api = await RecordingApi.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        var answer = await SendAsync(system, browser, ["Transfer-Encoding: chunked", "Trailer: X-User, Authorization"], "POST",
            "4\r\nbody\r\n0\r\nX-User: canary\r\nAuthorization: Bearer canary\r\n\r\n");

        Assert.Equal(200, RawHttp.Status(answer));
        var seen = Assert.Single(api.Requests);
        Assert.Equal("body", seen.Body);
        foreach (var name in new[] { "Trailer", "X-User" }) Assert.False(seen.Headers.ContainsKey(name), name);
        AssertOurs(seen, system);
    }

    [Fact, Row("PRX-01")]
    public async Task Whatever_the_name_only_those_that_are_on_no_list_reach_the_API()
    {
        await using var api = await RecordingApi.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        // Names that gateways use, with what an attacker would put around and between them.
        var part = Gen.OneOf("x", "user", "forwarded", "for", "remote", "auth", "request", "email", "real", "ip", "authorization",
            "cookie", "client", "principal", "custom", "id", "token", "jwt", "amzn", "oidc", "data", "ms", "host", "proxy", "groups");
        var name = Gen.Select(part.Array[1, 5], Gen.OneOf("-", "-", "-", "_", ".", "--"), Gen.Bool, (parts, between, upper) =>
            upper ? string.Join(between, parts).ToUpperInvariant() : string.Join(between, parts));

        await name.Array[40].SampleAsync(async names =>
        {
            var before = api.Requests.Count;
            Assert.Equal(200, RawHttp.Status(await SendAsync(system, browser,
                [.. names.Where(one => !one.Equals("host", StringComparison.OrdinalIgnoreCase)).Select(one => one + ": canary")])));
            var seen = api.Requests.ElementAt(before);
            AssertOurs(seen, system);
            Assert.All(seen.Headers.Where(header => header.Value.ToString().Contains("canary", StringComparison.Ordinal)), header =>
                Assert.DoesNotMatch(new Regex(@"^x.forwarded|^x.user(.|$)|^x.remote.|^remote.|^x.auth.|"
                    + @"^authorization$|^cookie2?$|^proxy(.|$)|^x.amzn.oidc.|^x.ms.client.|^forwarded$|^x.real.ip$",
                    RegexOptions.IgnoreCase), header.Key));
        }, iter: 30, threads: 1);
        Assert.Contains(api.Requests, seen =>
            seen.Headers.Values.Any(value => value.ToString().Contains("canary", StringComparison.Ordinal)));
    }

    private static void AssertOurs(RecordingApi.Request seen, BffSystem system)
    {
        Assert.Matches(@"^Bearer eyJ[\w-]+\.[\w-]+\.[\w-]+$", Assert.Single(seen.Headers["Authorization"].ToArray()));
        Assert.Equal(system.Url.Authority, seen.Headers["X-Forwarded-Host"].ToString());
        Assert.Equal("http", seen.Headers["X-Forwarded-Proto"].ToString());
        Assert.Matches(@"^(::ffff:)?127\.0\.0\.1$", seen.Headers["X-Forwarded-For"].ToString());
    }

    private static Task<string> SendAsync(BffSystem system, Browser browser, string[] headers, string method = "GET", string body = "") =>
        RawHttp.SendAsync(system.Url, $"{method} /api/x HTTP/1.1", ["X-CSRF: 1", "Cookie: " + OpenStream.Cookie(browser), .. headers],
            body);
}
