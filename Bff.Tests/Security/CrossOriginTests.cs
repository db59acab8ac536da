using Bff.Tests.Hosting;

namespace Bff.Tests.Security;

/// <summary>CORS: what only a script of the SPA may read and send.</summary>
public sealed class CrossOriginTests
{
    /// <summary>Where no script has business, whatever the method and the answer.</summary>
    private static readonly string[] Closed =
        ["/callback", "/backchannel-logout", "/swagger", "/swagger/index.html", "/swagger/start.js", "/swagger/nothing"];

    [Fact]
    [Row("COR-01", "COR-02", "COR-03", "COR-05")]
    public async Task Every_answer_names_the_allowed_origin_and_varies_by_it()
    {
        await using var attacked = await AttackedSystem.StartAsync();
        var paths = ServedEndpoint.Of(attacked.System).Select(endpoint => endpoint.Path)
            .Concat(["/nothing", "/", "/CALLBACK", "/callback/", "/callback/x", .. Closed]);

        foreach (var path in paths)
            foreach (var method in ServedEndpoint.AllMethods)
                foreach (var origin in new[] { attacked.System.Spa.Origin(), AttackedSystem.SecondSpa, attacked.System.Url.Origin(),
                    "https://evil.example", null })
                {
                    var answer = await attacked.SendAsync(method, path,
                        [.. origin is null ? (string[])[] : ["Origin: " + origin], "X-CSRF: 1"]);

                    var what = $"{method} {path} from {origin} answered {answer}";
                    Assert.True(answer["Vary"].Contains("Origin"), what);
                    if (IsSpa(origin, attacked) && !IsClosed(path))
                    {
                        Assert.True(answer["Access-Control-Allow-Origin"] is [var allowed] && allowed == origin, what);
                        Assert.True(answer["Access-Control-Allow-Credentials"] is ["true"]
                            && answer["Access-Control-Expose-Headers"].Contains("Retry-After"), what);
                    }
                    else Assert.True(IsSilent(answer), what);
                }
    }

    [Fact]
    [Row("COR-02", "COR-05")]
    public async Task A_preflight_allows_the_methods_of_the_endpoint_and_the_headers_of_an_SPA()
    {
        await using var attacked = await AttackedSystem.StartAsync();
        List<ServedEndpoint> endpoints = [.. ServedEndpoint.Of(attacked.System), new("/nothing", [], false), new("/", [], false)];

        foreach (var endpoint in endpoints)
            foreach (var method in ServedEndpoint.AllMethods)
            {
                var answer = await PreflightAsync(attacked, endpoint.Path, attacked.System.Spa.Origin(), method,
                    "x-csrf, authorization, cookie, x-http-method-override, traceparent");

                var what = $"{method} {endpoint.Path} answered {answer}";
                Assert.True(answer["Set-Cookie"] is [], what);
                if (IsClosed(endpoint.Path))
                {
                    Assert.True(IsSilent(answer), what);
                    continue;
                }
                Assert.True(answer["Access-Control-Allow-Methods"].All(endpoint.Methods.Contains), what);
                // GET, HEAD and POST are sent without asking (Fetch, "CORS-safelisted method"); the server need not name them.
                Assert.True(method is "GET" or "HEAD" or "POST" or "OPTIONS"
                    || endpoint.Methods.Contains(method) == answer["Access-Control-Allow-Methods"].Contains(method), what);
                string[] asked = ["x-csrf", "authorization", "cookie", "x-http-method-override", "traceparent"];
                Assert.True(answer["Access-Control-Allow-Headers"]
                    .SequenceEqual(endpoint.Path.StartsWith("/api/", StringComparison.Ordinal) && endpoint.Methods.Contains(method)
                    ? asked : ["X-CSRF", "Content-Type"]), what);
            }
        await attacked.IsUntouchedAsync();
    }

    [Fact]
    [Row("COR-01")]
    public async Task A_foreign_preflight_is_told_nothing_and_reaches_no_endpoint()
    {
        await using var attacked = await AttackedSystem.StartAsync();

        foreach (var endpoint in ServedEndpoint.Of(attacked.System))
            foreach (var method in endpoint.Methods)
                foreach (var origin in new[] { "https://evil.example", "null", "https://appXexample.com", "http://app.example.com",
                    "https://app.example.com.", "https://evil.app.example.com" })
                {
                    var answer = await PreflightAsync(attacked, endpoint.Path, origin, method, "x-csrf");

                    Assert.True(IsSilent(answer) && answer["Set-Cookie"] is [] && answer["Location"] is [],
                        $"{method} {endpoint.Path} from {origin} answered {answer}");
                }
        await attacked.IsUntouchedAsync();
    }

    private static Task<RawAnswer> PreflightAsync(AttackedSystem attacked, string path, string origin, string method, string headers) =>
        attacked.SendAsync("OPTIONS", path, [attacked.Cookie, "Origin: " + origin, "Access-Control-Request-Method: " + method,
            "Access-Control-Request-Headers: " + headers, "Access-Control-Request-Private-Network: true"]);

    private static bool IsSpa(string? origin, AttackedSystem attacked) =>
        origin == attacked.System.Spa.Origin() || origin == AttackedSystem.SecondSpa;

    private static bool IsClosed(string path) => Closed.Contains(path) || path.StartsWith("/callback", StringComparison.OrdinalIgnoreCase);

    private static bool IsSilent(RawAnswer answer) =>
        !answer.Names.Any(name => name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
}
