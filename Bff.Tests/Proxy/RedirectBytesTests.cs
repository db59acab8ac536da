using System.Text;
using Bff.Tests.Hosting;
using Bff.Tests.Withstand;

namespace Bff.Tests.Proxy;

/// <summary>A <c>Location</c> with bytes outside ASCII, which a browser percent-encodes one by one before it resolves it.</summary>
public sealed class RedirectBytesTests(SharedRedis redis)
{
    /// <summary>What the API says, in UTF-8, and what arrives; $API is the API's own authority, $BFF this one's.</summary>
    private static readonly (string Told, string? Arrives)[] Utf8Rows =
    [
        ("/api/items/münchen", "/api/items/münchen"), ("münchen?x=é#日本", "münchen?x=é#日本"), ("/api/items/😀", "/api/items/😀"), ("http://$API/api/items/münchen?q=é", "http://$BFF/api/items/m%C3%BCnchen?q=%C3%A9"),
        ("https://files.example/münchen", "https://files.example/münchen"), ("\u00a0/x", "\u00a0/x"), ("/logout/é", null), ("../../logoüt", null), ("http://$BFF/é", null), ("//$BFF/é", null),
        // To a browser a relative path whose dots lead out of the route.
        ("\u00a0https://elsewhere.example/../../../../../../logout", null), ("\u2003//elsewhere.example/../../../../../../logout", null), ("\u200ehttps://elsewhere.example/../../../../../../logout", null), ("htt\u200eps://elsewhere.example/../../../../../../logout", null),
        // To a browser this host.
        ("http://$FULL/logout", null), ("//$FULL/logout", null), ("http://local\u200dhost:$PORT/logout", null), ("http://localhost\u3002:$PORT/logout", null), ("http://localhost\u00ad:$PORT/logout", null),
    ];

    [Fact]
    public async Task A_location_outside_ASCII_passes_unless_it_leaves_its_route()
    {
        string told = "", host = "";
        await using var api = await RecordingApi.StartAsync(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location, host) = (307, told, context.Request.Host.Value!);
            return Task.CompletedTask;
        });
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var full = string.Concat("localhost".Select(letter => (char)(letter - 'a' + 'ａ'))) + ":" + system.Url.Port;
        string Bytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text
            .Replace("$API", api.Url.Authority, StringComparison.Ordinal).Replace("$BFF", system.Url.Authority, StringComparison.Ordinal)
            .Replace("$FULL", full, StringComparison.Ordinal).Replace("$PORT", $"{system.Url.Port}", StringComparison.Ordinal)));
        (string Told, string? Arrives)[] rows =
        [
            .. Utf8Rows.Select(row => (Bytes(row.Told), row.Arrives is null ? null : Bytes(row.Arrives))),
            ("/api/items/m\u00fcnchen", "/api/items/m\u00fcnchen"), ($"http://{api.Url.Authority}/api/m\u00fcnchen", $"http://{system.Url.Authority}/api/m%FCnchen"), ("\u0085https://elsewhere.example/../../../../../../logout", null), ("/\u00ff", null),
        ];

        foreach (var (location, arrives) in rows)
        {
            told = location;
            var answer = await RawAnswer.ToAsync(system.Url, "POST /api/items/x HTTP/1.1", ["X-CSRF: 1", "Cookie: " + OpenStream.Cookie(browser), "Content-Length: 0"]);

            Assert.True(answer.Status == 307, $"{location}\n{answer}");
            Assert.True(arrives is null ? answer["Location"] is [] : answer.Text.Contains($"\r\nLocation: {arrives}\r\n", StringComparison.Ordinal), $"{location}\n{answer}");
        }
    }
}
