using System.IO.Compression;
using System.Net;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Bff.Tests.Proxy;

/// <summary>What an API, careless or hostile, can make the browser believe about the BFF's origin: nothing.</summary>
public sealed class ApiAnswerTests(SharedRedis redis)
{
    private static readonly string[] Withheld =
    [
        "Set-Cookie", "set-cookie", "Set-Cookie2", "Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version",
        "X-Runtime", "X-Generator", "Via", "X-Served-By", "Strict-Transport-Security", "Public-Key-Pins", "Expect-CT",
        "WWW-Authenticate", "Proxy-Authenticate", "Authentication-Info", "Proxy-Authentication-Info",
        "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Methods",
        "Access-Control-Allow-Headers", "Access-Control-Expose-Headers", "Access-Control-Max-Age",
        "Access-Control-Allow-Private-Network", "Timing-Allow-Origin", "Clear-Site-Data", "Refresh", "Alt-Svc", "NEL",
        "Report-To", "Reporting-Endpoints", "SourceMap", "X-SourceMap", "Service-Worker-Allowed", "Speculation-Rules",
        "Accept-CH", "Critical-CH", "Origin-Agent-Cluster", "Content-Security-Policy",
        "Content-Security-Policy-Report-Only", "Permissions-Policy", "Feature-Policy", "Document-Policy",
        "Cross-Origin-Resource-Policy", "Cross-Origin-Embedder-Policy", "Cross-Origin-Opener-Policy-Report-Only",
        "Referrer-Policy", "X-Frame-Options", "X-Content-Type-Options", "X-XSS-Protection",
        "X-Permitted-Cross-Domain-Policies", "Pragma", "Expires", "Age", "Cache-Control", "CDN-Cache-Control",
        "Cloudflare-CDN-Cache-Control", "Surrogate-Control", "Surrogate-Key", "Edge-Control", "X-Accel-Redirect",
        "X-Accel-Expires", "X-Accel-Buffering", "X-Sendfile", "X-Reproxy-URL", "X-Forwarded-For", "Upgrade",
        "Keep-Alive",
    ];

    private static readonly string[] Passing =
        ["X-Own", "ETag", "Last-Modified", "Link", "Content-Language", "Content-Disposition", "Retry-After", "X-Request-Id",
        "X-RateLimit-Remaining", "Deprecation", "Allow"];

    [Theory, Row("PRX-11", "COR-02", "HTP-02", "HTP-04", "HTP-05"), InlineData(200), InlineData(404), InlineData(500)]
    public async Task Only_what_the_API_says_of_its_answer_passes(int status)
    {
        await using var api = await RecordingApi.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            foreach (var name in Withheld.Concat(Passing)) context.Response.Headers[name] = "canary";
            context.Response.Headers.Vary = "Accept";
            return context.Response.WriteAsync("answer");
        });
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        using var answer = await browser.CallAsync(system, HttpMethod.Get, "/api/x");

        Assert.Equal(status, (int)answer.StatusCode);
        var headers = answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Assert.Equal(Passing.Order(StringComparer.OrdinalIgnoreCase),
            headers.Where(header => header.Value.Contains("canary", StringComparison.Ordinal)).Select(header => header.Key)
            .Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);
        Assert.Equal(("no-store", "nosniff", "DENY", "no-referrer", "same-site", system.Spa.Origin()),
            (headers["Cache-Control"], headers["X-Content-Type-Options"], headers["X-Frame-Options"], headers["Referrer-Policy"],
                headers["Cross-Origin-Resource-Policy"], headers["Access-Control-Allow-Origin"]));
        Assert.StartsWith("default-src 'none'", headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Equal(["Accept", "Origin"], answer.Headers.Vary.Order());
    }

    [Fact, Row("COR-02", "COR-03")]
    public async Task What_passes_the_script_of_the_SPA_can_read()
    {
        await using var api = await RecordingApi.StartAsync(context =>
        {
            foreach (var name in Passing) context.Response.Headers[name] = "canary";
            context.Response.Headers.AccessControlExposeHeaders = "*, X-Internal";
            return Task.CompletedTask;
        });
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        using var answer = await browser.CallAsync(system, HttpMethod.Get, "/api/x");
        using var own = await browser.MeAsync(system);

        string[] Exposed(HttpResponseMessage response) =>
            string.Join(',', response.Headers.GetValues("Access-Control-Expose-Headers")).Split(',', StringSplitOptions.TrimEntries);
        Assert.Empty(Passing.Except(Exposed(answer), StringComparer.OrdinalIgnoreCase));
        Assert.DoesNotContain(Exposed(answer), name => name is "*" or "X-Internal");
        Assert.Equal(["Retry-After"], Exposed(own));
    }

    [Fact, Row("PRX-11")]
    public async Task Trailers_of_the_API_are_held_to_the_same()
    {
        await using var api = await RecordingApi.StartAsync(async context =>
        {
            context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
            await context.Response.WriteAsync("answer");
            foreach (var name in new[] { "Set-Cookie", "Access-Control-Allow-Origin", "X-Accel-Redirect", "WWW-Authenticate",
                "grpc-status" }) context.Response.AppendTrailer(name, "canary");
        }, HttpProtocols.Http2);
        await using var system =
            await BffSystem.StartAsync(redis, [.. api.Settings, ("ReverseProxy:Clusters:api:HttpRequest:Version", "2"),
            ("ReverseProxy:Clusters:api:HttpRequest:VersionPolicy", "RequestVersionExact")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Settings["Kestrel:EndpointDefaults:Protocols"] = "Http2";
        await system.RestartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false })
        {
            DefaultRequestVersion =
            HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact
        };
        client.DefaultRequestHeaders.Add("Cookie", OpenStream.Cookie(browser));
        client.DefaultRequestHeaders.Add("X-CSRF", "1");

        using var answer = await client.GetAsync(new Uri(system.Url, "/api/x"), TestContext.Current.CancellationToken);

        Assert.Equal("answer", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("grpc-status", Assert.Single(answer.TrailingHeaders).Key);
    }

    [Fact, Row("PRX-11", "PRX-12")]
    public async Task What_is_compressed_passes_as_it_is_however_large_it_would_become()
    {
        using var bomb = new MemoryStream();
        await using (var gzip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var megabyte = 0; megabyte < 64; megabyte++) await gzip.WriteAsync(zeros, TestContext.Current.CancellationToken);
        }
        await using var api = await RecordingApi.StartAsync(async context =>
        {
            (context.Response.Headers.ContentEncoding, context.Response.ContentLength) = ("gzip", bomb.Length);
            await context.Response.Body.WriteAsync(bomb.ToArray());
        });
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        using var answer = await browser.CallAsync(system, HttpMethod.Get, "/api/x");

        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        Assert.Equal(bomb.ToArray(), await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}
