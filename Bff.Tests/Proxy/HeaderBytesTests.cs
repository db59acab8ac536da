using System.Net;
using System.Text;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bff.Tests.Proxy;

/// <summary>Bytes outside ASCII in field values (RFC 9110 section 5.5, obs-text). A character of a header is a byte here.</summary>
public sealed class HeaderBytesTests(SharedRedis redis)
{
    private static readonly string EveryByte = string.Concat(Enumerable.Range(0x80, 0x80).Select(value => (char)value));

    private static readonly string[] Values =
    [
        Utf8("attachment; filename=\"résumé.pdf\""), "attachment; filename=\"r\u00e9sum\u00e9.pdf\"", Utf8("日本 😀 \u200d é"),
        Utf8("e\u0301"), EveryByte, "a\u0085b\u00a0c", "\u00ff", "\u00c3(", "tab\tand space",
    ];

    [Theory, InlineData("GET", 200), InlineData("POST", 201), InlineData("DELETE", 404), InlineData("PUT", 500)]
    public async Task Header_bytes_of_an_answer_arrive_unchanged(string method, int status)
    {
        string[] names = ["Content-Disposition", "X-Own", "ETag", "Link", "Content-Language"];
        var value = "";
        await using var api = await RecordingApi.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            foreach (var name in names) context.Response.Headers[name] = value;
            return context.Response.WriteAsync("answer");
        });
        await using var user = await SignedIn.StartAsync(redis, api.Settings);

        foreach (var one in Values)
        {
            value = one;
            var answer = await user.SendAsync(method + " /api/x");

            Assert.Equal(status, answer.Status);
            Assert.All(names, name => Assert.Contains($"\r\n{name}: {value}\r\n", answer.Text, StringComparison.Ordinal));
        }
        Assert.Equal(Values.Length, api.Requests.Count);
    }

    [Fact]
    public async Task Header_bytes_of_a_request_reach_the_API_unchanged()
    {
        string[] names = ["X-Name", "User-Agent", "Prefer", "Content-Language"];
        await using var api = await RecordingApi.StartAsync();
        await using var user = await SignedIn.StartAsync(redis, api.Settings);

        foreach (var value in Values)
        {
            var answer = await user.SendAsync("POST /api/x", names.Select(name => $"{name}: {value}"), "body");

            Assert.True(answer.Status == 200, answer.Text);
            Assert.All(names, name => Assert.Equal(value, api.Requests.Last().Headers[name].ToString()));
        }
    }

    [Theory]
    [InlineData("GET /me", 200), InlineData("POST /refresh", 200), InlineData("GET /sessions", 200), InlineData("POST /logout", 200)]
    [InlineData("GET /login", 302), InlineData("GET /callback", 400), InlineData("GET /swagger/index.html", 200)]
    [InlineData("GET /nothing", 404), InlineData("POST /api/echo", 200), InlineData("GET /api/hello", 200)]
    [InlineData("GET /health/ready", 200, true), InlineData("POST /revocations", 401, true)]
    public async Task Header_bytes_of_a_request_are_no_fault_at_any_endpoint(string line, int status, bool management = false)
    {
        await using var user = await SignedIn.StartAsync(redis, ("Bff:ManagementKey", "the-key-of-the-operator"));
        var origin = user.System.Spa.Origin();

        foreach (var value in new[] { Utf8("René"), "Ren\u00e9", EveryByte })
        {
            string[] names = ["X-Name", "User-Agent", "Referer", "Last-Event-ID"];
            var headers = names.Select(name => $"{name}: {value}").Append("Origin: " + origin);
            var answer = await user.SendAsync(line, headers, at: management ? user.System.Management : null);

            Assert.True(answer.Status == status, answer.Text);
            if (line == "GET /me") Assert.Equal([origin], answer["Access-Control-Allow-Origin"]);
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
        await using var user = await SignedIn.StartAsync(redis, [.. api.Settings, .. EarlyAnswerTests.OverHttp2]);
        user.System.Settings["Kestrel:EndpointDefaults:Protocols"] = "Http2";
        await user.System.RestartAsync();
        using var handler = new SocketsHttpHandler { UseCookies = false };
        handler.RequestHeaderEncodingSelector = handler.ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1;
        using var client = new HttpClient(handler);

        foreach (var value in Values)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(user.System.Url, "/api/x"));
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            foreach (var line in user.Headers.Append("X-Name: " + value).Select(line => line.Split(": ", 2)))
                request.Headers.TryAddWithoutValidation(line[0], line[1]);
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("answer", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(value, answer.Headers.NonValidated["X-Own"].ToString());
            Assert.Equal(value, answer.TrailingHeaders.NonValidated["X-Sum"].ToString());
        }
    }

    [Fact]
    public async Task A_management_key_outside_ASCII_is_compared_byte_by_byte()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Bff:ManagementKey", "schlüssel-des-betreibers")]);

        foreach (var (key, status) in new[] { (Utf8("schlüssel-des-betreibers"), 202), ("schl\u00fcssel-des-betreibers", 401) })
        {
            string[] headers = ["Authorization: Bearer " + key, "Content-Type: application/json", "Content-Length: 11"];
            var answer = await RawAnswer.ToAsync(system.Management, "POST /revocations HTTP/1.1", headers, "{\"sub\":\"x\"}");

            Assert.True(answer.Status == status, answer.Text);
        }
    }

    internal static string Utf8(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
