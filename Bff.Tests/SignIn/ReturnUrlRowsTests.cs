using System.Globalization;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>
/// The known open-redirect texts, over a raw socket, each twice: as it stands (so that the server decodes what is encoded in it)
/// and percent-encoded as a whole (so that it arrives as it stands). Refused means 400 and nothing else happened.
/// </summary>
public sealed class ReturnUrlRowsTests(SharedRedis redis)
{
    private const string Spa = "https://app.example.com";

    private static readonly Dictionary<string, string[]> Refused = new()
    {
        ["RED-01"] = ["//evil.example", "///evil.example", "////evil.example", "//evil.example%2f..", "//app.example.com",
            "/.//evil.example", "/a/..//evil.example", "/%2e%2e//evil.example"],
        ["RED-02"] = ["/\\evil.example", "\\/evil.example", "\\\\evil.example", "/\\/evil.example", "/%5cevil.example",
            "/%255cevil.example", Spa + "\\evil.example", Spa + "/\\evil.example"],
        ["RED-03"] =
        [
            "/%09/evil.example", "/%0a/evil.example", "/%0d%0a/evil.example", "/%0b/", "/ /evil.example", "/ \t/evil.example",
            "/\t/\te\tv\ti\tl", " //evil.example",
            "\t/", "\n//evil.example", "/%00", "/x%00.evil.example", "%00/", "/\u0001", "/%7f", "/%250a/", "/%2509/evil.example",
        ],
        ["RED-04"] = ["%2f%2fevil.example", "%252f%252fevil.example", "%2f%5cevil.example", "/%2fevil.example", "/%252fevil.example",
            "/%25252fevil.example", "/%2f%2fevil.example"],
        ["RED-05"] = ["https:evil.example", "https:/evil.example", "http:///evil.example", "HTTPS://evil.example",
            "https://evil.example", "https:app.example.com", "https:/app.example.com/", "//localhost/"],
        ["RED-06"] = ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:" + Spa + "/x",
            "java%0dscript:alert(1)", "jAvAsCrIpT:alert(1)", "java\tscript:alert(1)", "javascript://app.example.com/%0aalert(1)"],
        ["RED-07"] = [Spa + "@evil.example", "//app.example.com@evil.example", Spa + "%40evil.example", Spa + ":443@evil.example",
            "http://;@evil.example", "https://user@app.example.com/", Spa + "%252f@evil.example", Spa + ";@evil.example"],
        ["RED-08"] =
        [
            Spa + ".evil.com", "https://evilapp.example.com/", Spa + ":444/", Spa + ":443/", "http://app.example.com/", Spa + "./",
            "https://APP.example.com/", "https://appXexample.com/", "https://example.com/", "https://app%252eexample.com/",
            Spa + "?x", Spa + "#x", Spa + "//evil.example", "https://app.example.com:/", "https://app.example.com:0443/",
        ],
        ["RED-10"] =
        [
            "/\uff0fevil.example", "\uff0f\uff0fevil.example", "/\u3035evil.example", "https://app\u3002example\u3002com/",
            "/evil\u3002example", "\u200b//evil.example", "\ufeff//evil.example", "\u202e//evil.example", "/\u200b/evil.example",
            "/%c0%af/evil.example", "/%c0%ae%c0%ae/", "/%ff", "/%e0%80%af", "/%ed%a0%80", "%c0%af%c0%afevil.example", "/%f0%80%80%af",
            "/\ufffd",
        ],
        ["RED-13"] = ["/x%0d%0aSet-Cookie:%20a=b", "/x%0d", "/x%0a", "/x%E5%98%8A%E5%98%8DSet-Cookie:a=b", "/x%E5%98%8D%E5%98%8A",
            "/x\u560a\u560d", "/?x=\u560a\u560dSet-Cookie:a=b", "/x%250d%250aSet-Cookie:a=b", "/x%25E5%2598%258A"],
        ["RED-16"] = ["%", "%zz", "http://[::1", " ", "    ", "\t", "%20", ":", "?", "#", "&", ".", "..", "null", "undefined",
            "[object Object]"],
    };

    [Fact]
    [Row("RED-01", "RED-02", "RED-03", "RED-04", "RED-05", "RED-06", "RED-07", "RED-08", "RED-10", "RED-13", "RED-16")]
    public async Task What_could_lead_elsewhere_is_refused_and_nothing_is_stored()
    {
        await using var walk = await SignInWalk.StartAsync(redis, ("Bff:SpaOrigins:1", Spa));

        foreach (var (row, texts) in Refused)
        {
            foreach (var text in texts)
            {
                await AssertRefusedAsync(walk, $"{row} {text}", AsItStands(text));
                await AssertRefusedAsync(walk, $"{row} {text}, encoded", Uri.EscapeDataString(text));
            }
        }

        AssertNothingHappened(walk);
    }

    [Fact, Row("RED-11")]
    public async Task A_long_one_is_refused_and_never_cut()
    {
        await using var walk = await SignInWalk.StartAsync(redis, ("Bff:SpaOrigins:1", Spa));

        // What a cut at any usual length would leave is a good one.
        foreach (var length in new[] { 2001, 4096, 8 * 1024, 64 * 1024 })
        {
            await AssertRefusedAsync(walk, $"{length}", "/" + new string('a', length - 1), 400, 414);
            await AssertRefusedAsync(walk, $"{length} of {Spa}", AsItStands(Spa + "/" + new string('a', length - Spa.Length - 1)), 400,
                414);
        }
        // Short enough for the server, too long once it stands in a header.
        await AssertRefusedAsync(walk, "in another script", Uri.EscapeDataString("/" + new string('語', 2000)), 400, 414);

        AssertNothingHappened(walk);
    }

    [Fact, Row("RED-15")]
    public async Task On_a_shared_origin_no_endpoint_is_returned_to()
    {
        var url = new Uri($"http://localhost:{FreePort.Next()}");
        await using var walk = await SignInWalk.StartAsync(redis, ("Bff:PublicUrl", url.Origin()), ("Bff:SpaOrigins:0", url.Origin()));
        string[] endpoints = ["/login", "/login?returnUrl=/login", "/callback?code=a&state=b", "/logout", "/me", "/refresh", "/api/x",
            "/openapi.yaml"];

        foreach (var endpoint in endpoints)
        {
            foreach (var text in new[] { endpoint, url.Origin() + endpoint, "/x/.." + endpoint, "/%2e" + endpoint,
                endpoint.ToUpperInvariant(), "/%" + ((int)endpoint[1]).ToString("x2", CultureInfo.InvariantCulture) + endpoint[2..] })
                await AssertRefusedAsync(walk, text, Uri.EscapeDataString(text));
        }

        AssertNothingHappened(walk);
    }

    private static async Task AssertRefusedAsync(SignInWalk walk, string because, string query, params int[] statuses)
    {
        var answer = await RawHttp.SendAsync(walk.System.Url, $"GET /login?returnUrl={query} HTTP/1.1", []);
        var head = answer.Split("\r\n\r\n")[0];

        Assert.True((statuses is [] ? [400] : statuses).Contains(RawHttp.Status(answer)), $"{because}: {answer}");
        Assert.DoesNotContain("\nLocation:", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\nSet-Cookie:", head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("evil", answer, StringComparison.Ordinal);
        if (RawHttp.Status(answer) == 400) Assert.Contains("\"code\":\"invalid_request\"", answer, StringComparison.Ordinal);
    }

    private static void AssertNothingHappened(SignInWalk walk)
    {
        Assert.DoesNotContain(walk.System.Keys(), key => key != walk.System.KeyPrefix + "keys");
        Assert.Empty(walk.Provider.Requests);
        Assert.DoesNotContain("evil", walk.System.Logs.All, StringComparison.Ordinal);
    }

    /// <summary>Only what no request line can carry is encoded.</summary>
    private static string AsItStands(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune =>
        rune.Value is <= ' ' or >= 0x7f or '#' or '&' ? Uri.EscapeDataString(rune.ToString()) : rune.ToString()));
}
