using System.Text;
using Bff.Tests.Hosting;

namespace Bff.Tests.Security;

/// <summary>Cross-site request forgery: whatever another site's page can make a browser send, at every endpoint that there is.</summary>
public sealed class ForgedRequestTests
{
    private static readonly string[] Hostile =
    [
        "https://evil.example", "null", "NULL", "", "*", "file://", "about:blank", "chrome-extension://abcdefghijklmnop",
        "data:text/html,x",
        "{spa}/", "{spa}/path", "{spa}?", "{spa}#", "{spa},{spa}", "{spa} {spa}", "{spa} https://evil.example",
        "https://evil.example {spa}", "{spa}@evil.example", "{spa}.evil.example", "https://evil.example/{spa}",
        "http://localhost", "http://localhost:1", "https://localhost:{port}", "ws://localhost:{port}", "HTTP://localhost:{port}",
        "http://LOCALHOST:{port}", "http://localhost.:{port}", "http://localhost:0{port}",
        "http://evil.localhost:{port}", "http://evillocalhost:{port}", "http://localhost.evil.example:{port}",
        "http://user@localhost:{port}", "//localhost:{port}", "localhost:{port}",
        "http://127.0.0.1:{port}", "http://[::1]:{port}", "http://[::ffff:127.0.0.1]:{port}", "http://[::1%25lo]:{port}",
        "http://0x7f.1:{port}", "http://2130706433:{port}", "http://xn--lcalhost-54f:{port}", "http://lоcalhost:{port}",
        "http://app.example.com", "https://app.example.com:443", "https://app.example.com:8443", "https://app.example.com.",
        "https://APP.example.com", "https://app.EXAMPLE.com", "https://appXexample.com",
        "https://app-example.com", "https://xapp.example.com", "https://evil.app.example.com", "https://app.example.com.evil.example",
        "https://example.com", "https://app.example.co", "https://app.example.community",
        "https://аpp.example.com", "https://xn--pp-6kc.example.com", "https://app。example.com",
        "https://app.example.com\t.evil.example", "https://app%2eexample.com",
    ];

    /// <summary>Instead of the rightful fields of these names, each list is what is sent.</summary>
    private static readonly string[][] WrongSite =
    [
        ["Sec-Fetch-Site: cross-site"], ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-origin"],
        ["Sec-Fetch-Site: same-origin, cross-site"], ["Sec-Fetch-Site: CROSS-SITE"], ["Sec-Fetch-Site: other"], ["Sec-Fetch-Site: "],
        ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"], ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: websocket"],
        ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: "],
        ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Mode: cors"],
        ["Sec-Fetch-Site: same-site", "Origin: https://evil.example"], ["Sec-Fetch-Site: same-site", "Origin: http://evil.localhost"],
        ["Sec-Fetch-Site: same-origin", "Origin: null"],
        ["Origin: {spa}", "Origin: {spa}"], ["Origin: {spa}", "Origin: https://evil.example"],
        ["Origin: https://evil.example", "Origin: {spa}"],
    ];

    private static readonly string[][] WrongHeader =
        [["X-CSRF: "], ["X-CSRF: 0"], ["X-CSRF: true"], ["X-CSRF: 1", "X-CSRF: 1"], ["X-CSRF: 1, 1"], ["X-CSRF: 1;"], ["X-CSRF: １"],
            ["X-CSRF-Token: 1", "X-CSRF: x"], ["X-XSRF-TOKEN: 1", "X-CSRF: x"], ["Cookie: X-CSRF=1; csrf=1", "X-CSRF: "]];

    [Fact]
    [Row("CSR-02", "CSR-03", "CSR-04", "CSR-08", "COR-01")]
    public async Task A_foreign_origin_or_site_is_refused_at_every_endpoint_before_all_else()
    {
        await using var attacked = await AttackedSystem.StartAsync();
        var forgeries = Hostile.Select(origin => (string[])["Origin: " + origin]).Concat(WrongSite)
            .Select(lines => lines.Select(line => Filled(line, attacked.System)).ToArray()).ToList();

        foreach (var endpoint in ServedEndpoint.Of(attacked.System))
            foreach (var method in endpoint.Methods)
                foreach (var forgery in forgeries)
                {
                    await IsRefusedAsync(attacked, method, endpoint.Path, Replaced(attacked.Rightful, forgery),
                        mayRead: forgery.All(line => !line.StartsWith("Origin", StringComparison.Ordinal)));
                }

        await attacked.IsUntouchedAsync();
    }

    [Fact]
    [Row("CSR-01", "CSR-05", "CSR-10")]
    public async Task Without_the_one_header_nothing_that_a_form_can_send_reaches_a_session()
    {
        await using var attacked = await AttackedSystem.StartAsync();
        (string Type, string Body)[] bodies =
        [
            ("", ""), ("text/plain", "{\"a\":\"=b\"}"), ("text/plain;charset=UTF-8", "X-CSRF=1"),
            ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"X-CSRF\"\r\n\r\n1\r\n--x--\r\n"),
            ("application/x-www-form-urlencoded", "X-CSRF=1&_csrf=1"), ("application/json", "{}"),
            ("text/plain, application/json", "{}"), ("application/x-www-form-urlencoded; text/plain", "a=b"),
        ];

        foreach (var endpoint in ServedEndpoint.Of(attacked.System).Where(endpoint => endpoint.DemandsHeader))
            foreach (var method in endpoint.Methods)
                foreach (var header in WrongHeader.Select(lines => lines.Select(line => Filled(line, attacked.System)).ToArray()))
                    foreach (var (type, body) in bodies)
                    {
                        // Without an Origin and Sec-Fetch-* as well: an old browser's form.
                        string[] content = type.Length == 0 ? [] : ["Content-Type: " + type, $"Content-Length: {body.Length}"];
                        await IsRefusedAsync(attacked, method, endpoint.Path, [attacked.Cookie, .. header, .. content], body: body);
                        if (type is "" or "text/plain")
                            await IsRefusedAsync(attacked, method, endpoint.Path + "?X-CSRF=1&csrf=1",
                            [.. Replaced(attacked.Rightful, header), .. content], body: body, mayRead: true);
                    }

        await attacked.IsUntouchedAsync();
    }

    [Fact]
    [Row("CSR-04", "LGN-08")]
    public async Task A_sibling_s_image_or_opaque_fetch_begins_no_sign_in()
    {
        await using var attacked = await AttackedSystem.StartAsync();

        // Accept is a header that any page may set; a GET without CORS has no Origin.
        foreach (var mode in new[] { "no-cors", "cors", "same-origin", "websocket" })
            foreach (var destination in new[] { "empty", "image", "script", "style", "font", "video", "object", "embed", "iframe",
                "worker", "manifest" })
            {
                await IsRefusedAsync(attacked, "GET", "/login",
                    [attacked.Cookie, "Accept: application/json", "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: " + mode,
                    "Sec-Fetch-Dest: " + destination]);
            }

        await attacked.IsUntouchedAsync();
    }

    [Fact]
    [Row("CSR-04")]
    public async Task The_SPA_may_stand_on_a_sibling_host_or_on_the_same()
    {
        await using var attacked = await AttackedSystem.StartAsync();

        foreach (var (site, origin) in new[] { ("same-site", attacked.System.Spa.Origin()), ("same-site", AttackedSystem.SecondSpa),
            ("same-origin", attacked.System.Url.Origin()), ("same-origin", null) })
            foreach (var endpoint in new[] { "GET /me", "POST /refresh", "POST /api/hello" })
            {
                string[] headers = [attacked.Cookie, "X-CSRF: 1", "Sec-Fetch-Site: " + site, "Sec-Fetch-Mode: cors", .. origin is null
                    ? (string[])[] : ["Origin: " + origin], "Content-Length: 0"];
                Assert.Equal(200, (await attacked.SendAsync(endpoint.Split(' ')[0], endpoint.Split(' ')[1], headers)).Status);
            }
    }

    [Theory]
    [Row("CSR-11")]
    [InlineData("websocket", "Upgrade: websocket", "Connection: Upgrade, close", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")]
    [InlineData("cors", "Accept: text/event-stream", "Connection: close")]
    public async Task A_stream_is_opened_for_no_foreign_origin(string mode, params string[] upgrade)
    {
        await using var attacked = await AttackedSystem.StartAsync();

        foreach (var endpoint in ServedEndpoint.Of(attacked.System)
            .Where(endpoint => endpoint.DemandsHeader && endpoint.Methods.Contains("GET")))
            foreach (var origin in Hostile)
            {
                string[] headers = [attacked.Cookie, "X-CSRF: 1", "Sec-Fetch-Mode: " + mode, .. upgrade,
                    Filled("Origin: " + origin, attacked.System)];
                await IsRefusedAsync(attacked, "GET", endpoint.Path, headers);
            }

        await attacked.IsUntouchedAsync();
    }

    private static async Task IsRefusedAsync(AttackedSystem attacked, string method, string path, string[] headers,
        bool mayRead = false, string body = "")
    {
        var answer = await attacked.SendAsync(method, path, headers, body);

        var what = $"{method} {path} with {string.Join(" | ", headers)} answered {answer}";
        Assert.True(answer.Status == 403, what);
        Assert.True(method == "HEAD" || answer.IsProblem("csrf"), what);
        Assert.True(answer["Set-Cookie"] is [] && answer["Location"] is [], what);
        Assert.True(mayRead || !answer.Names.Any(name => name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase)), what);
    }

    // The lines travel as Latin-1; beyond ASCII they are what UTF-8 makes of the text.
    private static string Filled(string line, BffSystem system) =>
        Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(line.Replace("{spa}", system.Spa.Origin(), StringComparison.Ordinal)
        .Replace("{port}", $"{system.Spa.Port}", StringComparison.Ordinal)));

    private static string[] Replaced(string[] lines, string[] others) =>
        [.. lines.Where(line => !others.Any(other => other.Split(':')[0] == line.Split(':')[0])), .. others];
}
