using System.Net;
using System.Text;
using Bff.Tests.Hosting;
using Bff.Tests.Withstand;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bff.Tests.Proxy;

/// <summary>Bytes outside ASCII in field values (RFC 9110 section 5.5, obs-text). In these tests a character of a header is a byte.</summary>
public sealed class HeaderBytesTests(SharedRedis redis)
{
    private static readonly string EveryByte = string.Concat(Enumerable.Range(0x80, 0x80).Select(value => (char)value));

    private static readonly string[] Values =
    [
        Utf8("attachment; filename=\"résumé.pdf\""), "attachment; filename=\"r\u00e9sum\u00e9.pdf\"", Utf8("日本 😀 \u200d é"), Utf8("e\u0301"), EveryByte, "a\u0085b\u00a0c", "\u00ff", "\u00c3(", "tab\tand space",
    ];

    [Theory, InlineData("GET", 200), InlineData("POST", 201), InlineData("DELETE", 404), InlineData("PUT", 500)]
    public async Task Header_bytes_of_an_answer_arrive_unchanged(string method, int status)
    {
        var value = "";
        await using var api = await RecordingApi.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            foreach (var name in new[] { "Content-Disposition", "X-Own", "ETag", "Link", "Content-Language" }) context.Response.Headers[name] = value;
            return context.Response.WriteAsync("answer");
        });
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        foreach (var one in Values)
        {
            value = one;
            var answer = await RawHttp.SendAsync(system.Url, $"{method} /api/x HTTP/1.1", [.. Rightful(browser), "Content-Length: 0"]);

            Assert.Equal(status, RawHttp.Status(answer));
            foreach (var name in new[] { "Content-Disposition", "X-Own", "ETag", "Link", "Content-Language" }) Assert.Contains($"\r\n{name}: {value}\r\n", answer, StringComparison.Ordinal);
        }
        Assert.Equal(Values.Length, api.Requests.Count);
    }

    [Fact]
    public async Task Header_bytes_of_a_request_reach_the_API_unchanged()
    {
        await using var api = await RecordingApi.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        foreach (var value in Values)
        {
            var names = new[] { "X-Name", "User-Agent", "Prefer", "Content-Language" };
            var answer = await RawHttp.SendAsync(system.Url, "POST /api/x HTTP/1.1", [.. Rightful(browser), .. names.Select(name => $"{name}: {value}"), "Content-Length: 4"], "body");

            Assert.True(RawHttp.Status(answer) == 200, answer);
            var seen = api.Requests.Last();
            Assert.All(names, name => Assert.Equal(value, seen.Headers[name].ToString()));
        }
    }

    [Fact]
    public async Task Header_bytes_of_a_request_are_no_fault_at_any_endpoint()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Bff:ManagementKey", "the-key-of-the-operator")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var requests = new[]
        {
            ("GET /me", 200), ("POST /refresh", 200), ("GET /sessions", 200), ("GET /login", 302), ("GET /callback", 400), ("GET /swagger/index.html", 200), ("GET /openapi.yaml", 200), ("GET /nothing", 404),
            ("GET /health/ready", 200), ("POST /revocations", 401), ("POST /logout", 200),
        };

        foreach (var (line, status) in requests)
            foreach (var value in new[] { Utf8("René"), "Ren\u00e9", EveryByte })
            {
                var at = line.Contains("/health", StringComparison.Ordinal) || line.Contains("/revocations", StringComparison.Ordinal) ? system.Management : system.Url;
                var answer = await RawHttp.SendAsync(at, line + " HTTP/1.1",
                    [.. Rightful(browser), $"X-Name: {value}", $"User-Agent: {value}", $"Referer: {value}", $"Last-Event-ID: {value}", "Origin: " + system.Spa.Origin(), "Content-Length: 0"]);

                Assert.True(RawHttp.Status(answer) == status, $"{line} {value}\n{answer}");
                if (line.Contains("/me", StringComparison.Ordinal)) Assert.Contains("Access-Control-Allow-Origin: " + system.Spa.Origin(), answer, StringComparison.Ordinal);
            }
    }

    [Fact]
    public async Task Over_HTTP_2_header_bytes_and_trailers_pass_unchanged_too()
    {
        await using var api = await RecordingApi.StartAsync(async context =>
        {
            context.Response.Headers["X-Own"] = context.Request.Headers["X-Name"];
            await context.Response.WriteAsync("answer");
            context.Response.AppendTrailer("X-Sum", context.Request.Headers["X-Name"]);
        }, HttpProtocols.Http2);
        await using var system = await BffSystem.StartAsync(redis,
            [.. api.Settings, ("ReverseProxy:Clusters:api:HttpRequest:Version", "2"), ("ReverseProxy:Clusters:api:HttpRequest:VersionPolicy", "RequestVersionExact")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Settings["Kestrel:EndpointDefaults:Protocols"] = "Http2";
        await system.RestartAsync();
        using var handler = new SocketsHttpHandler { UseCookies = false, RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1, ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1 };
        using var client = new HttpClient(handler);

        foreach (var value in Values)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(system.Url, "/api/x")) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            foreach (var (name, text) in new[] { ("Cookie", OpenStream.Cookie(browser)), ("X-CSRF", "1"), ("X-Name", value) }) request.Headers.TryAddWithoutValidation(name, text);
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("answer", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(value, answer.Headers.NonValidated["X-Own"].ToString());
            Assert.Equal(value, answer.TrailingHeaders.NonValidated["X-Sum"].ToString());
        }
    }

    [Theory]
    [InlineData("X-Name: Ren\0"), InlineData("X-Name: \0\u00e9"), InlineData("X-Name: a\rb"), InlineData("X-Name: a\nX-Evil: 1"), InlineData("X-N\u00e9: 1"), InlineData("\u00e9: 1"), InlineData("X-Name\u00a0: 1"), InlineData("User-Agent: \0")]
    [InlineData("X-Name: \u0001"), InlineData("X-Name: \u001b[31m"), InlineData("X-Name: a\u007fb"), InlineData("User-Agent: \u0007"), InlineData("Content-Language: \u00e9\u000b")]
    public async Task Control_characters_in_values_and_other_bytes_in_names_are_400(string field)
    {
        await using var api = await RecordingApi.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        foreach (var line in new[] { "GET /api/x HTTP/1.1", "GET /me HTTP/1.1", "POST /logout HTTP/1.1" })
            Assert.Equal(400, RawHttp.Status(await RawHttp.SendAsync(system.Url, line, [.. Rightful(browser), "Content-Length: 0", field])));
        Assert.Empty(api.Requests);
    }

    [Theory]
    [InlineData("X-Own: \u0001"), InlineData("X-Own: \u00e9\u001b[31m"), InlineData("Content-Disposition: a\u007fb")]
    [InlineData("X-\u00d6wn: 1"), InlineData("\u00e9: 1"), InlineData("X-Own\u00a0: 1"), InlineData("Location: /api/\u0007")]
    public async Task An_answer_with_control_characters_or_other_bytes_in_names_does_not_pass(string field)
    {
        using var api = new RawApi();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        api.Says($"HTTP/1.1 200 OK\r\n{field}\r\nContent-Length: 2\r\n\r\nok");

        var answer = await RawHttp.SendAsync(system.Url, "POST /api/x HTTP/1.1", [.. Rightful(browser), "Content-Length: 0"]);

        Assert.Equal(502, RawHttp.Status(answer));
        Assert.DoesNotContain("later", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("X-Own: \u00e9\0b"), InlineData("X-Own: \u00e9\rSet-Cookie: canary=1"), InlineData("X-Own: \u00e9\nSet-Cookie: canary=1"), InlineData("X-Own: \u00e9\r\n Set-Cookie: canary=1")]
    public async Task What_would_end_a_field_of_an_answer_does_not_pass(string field)
    {
        using var api = new RawApi();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        api.Says($"HTTP/1.1 200 OK\r\n{field}\r\nContent-Length: 2\r\n\r\nok");

        var head = (await RawHttp.SendAsync(system.Url, "GET /api/x HTTP/1.1", Rightful(browser))).Split("\r\n\r\n")[0].Split("\r\n");

        Assert.DoesNotContain(head, line => line.StartsWith("Set-Cookie", StringComparison.OrdinalIgnoreCase) || line.IndexOfAny(['\r', '\n', '\0']) >= 0);
    }

    [Fact]
    public async Task A_management_key_outside_ASCII_is_compared_byte_by_byte()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Bff:ManagementKey", "schlüssel-des-betreibers")]);

        foreach (var (key, status) in new[] { (Utf8("schlüssel-des-betreibers"), 202), ("schl\u00fcssel-des-betreibers", 401), (Utf8("schlussel-des-betreibers"), 401) })
        {
            var answer = await RawHttp.SendAsync(system.Management, "POST /revocations HTTP/1.1", ["Authorization: Bearer " + key, "Content-Type: application/json", "Content-Length: 11"], "{\"sub\":\"x\"}");
            Assert.True(RawHttp.Status(answer) == status, answer);
        }
    }

    private static string Utf8(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static string[] Rightful(Browser browser) => ["X-CSRF: 1", "Cookie: " + OpenStream.Cookie(browser)];
}
