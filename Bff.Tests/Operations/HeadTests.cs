using Bff.Tests.Hosting;

namespace Bff.Tests.Operations;

/// <summary>HEAD, with which monitors ask.</summary>
public sealed class HeadTests(SharedRedis redis)
{
    private static readonly string[] OfTheMessage = ["Date", "Transfer-Encoding"];

    [Theory]
    [InlineData("/health/live", true), InlineData("/health/ready", true)]
    [InlineData("/openapi.yaml"), InlineData("/swagger/index.html"), InlineData("/swagger/index.js"), InlineData("/swagger/start.js")]
    [InlineData("/swagger/swagger-ui.css"), InlineData("/swagger/swagger-ui-bundle.js")]
    [InlineData("/swagger", false, 301), InlineData("/swagger/", false, 301), InlineData("/swagger/nothing", false, 404)]
    public async Task HEAD_has_the_status_and_the_header_fields_of_GET_and_no_body(string path, bool management = false, int status = 200)
    {
        await using var system = await BffSystem.StartAsync(redis);
        var at = management ? system.Management : system.Url;

        await AssertAlikeAsync(at, path, status);

        foreach (var method in (string[])["POST", "OPTIONS", "PUT", "DELETE"])
        {
            var answer = await RawAnswer.ToAsync(at, $"{method} {path} HTTP/1.1", ["Content-Length: 0"]);
            Assert.True(answer.Status == 405 && answer["Allow"].Order().SequenceEqual(["GET", "HEAD"]), answer.Text);
        }
    }

    [Fact]
    public async Task HEAD_of_readiness_is_503_without_redis_and_without_a_body()
    {
        await using var system = await BffSystem.StartAsync("127.0.0.1:1");

        await AssertAlikeAsync(system.Management, "/health/ready", 503);
        await AssertAlikeAsync(system.Management, "/health/live", 200);
    }

    [Fact]
    public async Task HEAD_of_swagger_without_swagger_is_404_and_of_other_endpoints_405_as_before()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Bff:Swagger", "false")]);

        foreach (var path in (string[])["/swagger/index.html", "/openapi.yaml", "/health/live"])
        {
            Assert.Equal(404, (await RawAnswer.ToAsync(system.Url, $"HEAD {path} HTTP/1.1", [])).Status);
        }
        foreach (var path in (string[])["/me", "/login", "/events", "/sessions"])
        {
            var answer = await RawAnswer.ToAsync(system.Url, $"HEAD {path} HTTP/1.1", []);
            Assert.True(answer.Status == 405 && !answer["Allow"].Contains("HEAD"), answer.Text);
        }
    }

    [Theory]
    [InlineData("/swagger/index.html"), InlineData("/openapi.yaml"), InlineData("/swagger/swagger-ui.css")]
    public async Task HEAD_over_HTTP2_ends_its_stream_with_the_header_fields(string path)
    {
        await using var system = await BffSystem.StartAsync(redis, [("Kestrel:EndpointDefaults:Protocols", "Http2")]);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(system.Url, path))
        {
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.NotNull(answer.Content.Headers.ContentType);
    }

    private static async Task AssertAlikeAsync(Uri at, string path, int status)
    {
        var get = await RawAnswer.ToAsync(at, $"GET {path} HTTP/1.1", []);
        var head = await RawAnswer.ToAsync(at, $"HEAD {path} HTTP/1.1", []);

        Assert.Equal((status, status), (get.Status, head.Status));
        Assert.Empty(head.Body);
        if (status == 404) return;
        // The server counts a body of nothing for GET alone.
        Assert.Equal(Fields(get).Except(["Content-Length: 0"]), Fields(head));
    }

    private static IEnumerable<string> Fields(RawAnswer answer) =>
        answer.Names.Except(OfTheMessage).Order().Select(name => $"{name}: {string.Join(", ", answer[name])}");
}
