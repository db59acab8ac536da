using Bff.Tests.Hosting;
using static Bff.Tests.Proxy.HeaderBytesTests;

namespace Bff.Tests.Proxy;

/// <summary>A <c>Location</c> with bytes outside ASCII, which a browser percent-encodes one by one before it resolves it.</summary>
public sealed class RedirectBytesTests(SharedRedis redis)
{
    /// <summary>Six segments up, more than the path of the request has.</summary>
    private const string Out = "/../../../../../../logout";

    /// <summary>What the API says in UTF-8, and what arrives; $API and $BFF are hosts, $WIDE the latter in full-width letters.</summary>
    private static readonly (string Sent, string? Arrives)[] Utf8Rows =
    [
        ("/api/items/münchen", "/api/items/münchen"), ("münchen?x=é#日本", "münchen?x=é#日本"), ("/api/items/😀", "/api/items/😀"),
        ("\u00a0/x", "\u00a0/x"), ("https://files.example/münchen", "https://files.example/münchen"),
        ("http://$API/api/items/münchen?q=é", "http://$BFF/api/items/m%C3%BCnchen?q=%C3%A9"),
        ("/logout/é", null), ("../../logoüt", null), ("http://$BFF/é", null), ("//$BFF/é", null),
        // To a browser a relative path whose dots lead out of the route.
        ("\u00a0https://elsewhere.example" + Out, null), ("\u2003//elsewhere.example" + Out, null),
        ("\u200ehttps://elsewhere.example" + Out, null), ("htt\u200eps://elsewhere.example" + Out, null),
        // To a browser this host.
        ("http://$WIDE/logout", null), ("//$WIDE/logout", null),
        ("http://local\u200dhost:$PORT/logout", null), ("http://localhost\u3002:$PORT/logout", null),
        ("http://localhost\u00ad:$PORT/logout", null),
    ];

    [Fact]
    public async Task A_location_outside_ASCII_passes_unless_it_leaves_its_route()
    {
        var sent = "";
        await using var api = await RecordingApi.StartAsync(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (307, sent);
            return Task.CompletedTask;
        });
        await using var user = await SignedIn.StartAsync(redis, api.Settings);
        var bff = user.System.Url;
        var wide = string.Concat("localhost".Select(letter => (char)(letter - 'a' + 'ａ'))) + ":" + bff.Port;
        string Bytes(string text) => Utf8(text
            .Replace("$API", api.Url.Authority, StringComparison.Ordinal).Replace("$BFF", bff.Authority, StringComparison.Ordinal)
            .Replace("$WIDE", wide, StringComparison.Ordinal).Replace("$PORT", $"{bff.Port}", StringComparison.Ordinal));
        (string Sent, string? Arrives)[] rows =
        [
            .. Utf8Rows.Select(row => (Bytes(row.Sent), row.Arrives is null ? null : Bytes(row.Arrives))),
            ("/api/items/m\u00fcnchen", "/api/items/m\u00fcnchen"),
            ($"http://{api.Url.Authority}/api/m\u00fcnchen", $"http://{bff.Authority}/api/m%FCnchen"),
            ("\u0085https://elsewhere.example" + Out, null), ("/\u00ff", null),
        ];

        foreach (var (location, arrives) in rows)
        {
            sent = location;
            var answer = await user.SendAsync("POST /api/items/x");

            Assert.True(answer.Status == 307, $"{location}\n{answer}");
            var passes = answer.Text.Contains($"\r\nLocation: {arrives}\r\n", StringComparison.Ordinal);
            Assert.True(arrives is null ? answer["Location"] is [] : passes, $"{location}\n{answer}");
        }
    }
}
