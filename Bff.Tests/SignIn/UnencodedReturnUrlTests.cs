using System.Net;
using Bff.SignIn;
using Bff.Tests.Hosting;
using static Bff.Tests.SignIn.ReturnUrlOrigins;

namespace Bff.Tests.SignIn;

/// <summary>Characters that a browser or an SPA leaves unencoded in query and fragment, and those that stay refused.</summary>
public sealed class UnencodedReturnUrlTests(SharedRedis redis)
{
    private const string ExtensionB = "\U00020B9F", Family = "👩\u200d👩\u200d👧", Combined = "e\u0301", FullWidth = "／＼。．";

    /// <summary>What is written after the path, and what the browser gets to read.</summary>
    private static readonly (string Given, string Written)[] Texts =
    [
        (@"?path=C:\dir", "?path=C:%5Cdir"), (@"#/r\x", "#/r%5Cx"), (@"?\", "?%5C"), (@"#\", "#%5C"),
        (@"?a=\\evil.example\x#\\evil.example", "?a=%5C%5Cevil.example%5Cx#%5C%5Cevil.example"),
        ("?a=|^`{}'[]", "?a=|^`{}'[]"), ("#|^`{}'[]", "#|^`{}'[]"), ("?a=\"<b>\"", "?a=%22%3Cb%3E%22"), ("#\"<b>\"", "#%22%3Cb%3E%22"),
        ("?q=😀", "?q=%F0%9F%98%80"), ("#😊", "#%F0%9F%98%8A"), ("?q=🇯🇵&z=1", "?q=%F0%9F%87%AF%F0%9F%87%B5&z=1"),
        ("?q=" + ExtensionB, "?q=%F0%A0%AE%9F"), ("#" + ExtensionB + "#" + ExtensionB, "#%F0%A0%AE%9F#%F0%A0%AE%9F"),
        ("?q=" + Family, "?q=%F0%9F%91%A9%E2%80%8D%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7"), ("#" + Combined, "#e%CC%81"),
        ("?q=a\u00a0b", "?q=a%C2%A0b"), ("#a\u3000b", "#a%E3%80%80b"), ("?q=" + FullWidth, "?q=%EF%BC%8F%EF%BC%BC%E3%80%82%EF%BC%8E"),
        ("?q=\u200e\u202e\ufeff\u2028#\u2029", "?q=%E2%80%8E%E2%80%AE%EF%BB%BF%E2%80%A8#%E2%80%A9"),
        ("?q=\ue000\U000f0000", "?q=%EE%80%80%F3%B0%80%80"), ("?q=\U000e0041\ufffd", "?q=%F3%A0%81%81%EF%BF%BD"),
        (@"?a=%5C\%5c%F0%9F%98%80😀%E9%zz%", "?a=%5C%5C%5c%F0%9F%98%80%F0%9F%98%80%E9%zz%"),
        ("?next=https://x.example/ä?b#c=%252F", "?next=https://x.example/%C3%A4?b#c=%252F"),
    ];

    // No attribute can hold half a character.
    private static readonly string[] Refused =
    [
        "\t", "\n", "\r", "\r\nSet-Cookie: a=b", "\0", "\v", "\u001b", " ", "\u007f", "\u0080", "\u0085", "\u009f", "\u560a",
        "\ud800", "\udc00", "\udc00\ud800", "\ud800\ud800\udc00", "\ud83d\ude00\ude00", "\ufffd\ud800", "\ud800\ufffd",
    ];

    private static readonly string[] Places = ["/r?q=", "/r#", "/r?a#b?", Spa + "/r?", "/swagger/?q=", BffUrl + "/swagger/#"];

    public static TheoryData<string, string> Rows => [.. Texts];

    [Theory, MemberData(nameof(Rows)), Row("RED-18")]
    public void Query_and_fragment_are_written_as_ASCII_and_read_alike(string given, string written)
    {
        foreach (var place in new[] { "/", "/r", "/日本", Spa + "/r", SecondSpa + "/r", BffUrl + "/swagger/", "/swagger/" })
        {
            var origin = place.StartsWith("http", StringComparison.Ordinal) ? "" : place == "/swagger/" ? BffUrl : Spa;
            var location = origin + place.Replace("日本", "%E6%97%A5%E6%9C%AC", StringComparison.Ordinal) + written;

            Assert.Equal(location, ReturnUrl.Parse(place + given, Apart)?.Location);
            // What the SPA then finds as its address, it sends the next time.
            Assert.Equal(location, ReturnUrl.Parse(location, Apart)?.Location);
        }
        Assert.Equal(Spa + "/swagger/" + written, ReturnUrl.Parse("/swagger/" + given, Shared)?.Location);
        Assert.Null(ReturnUrl.Parse("/login" + given, Shared));
    }

    [Fact, Row("RED-18")]
    public async Task The_running_application_returns_to_such_a_place()
    {
        await using var walk = await SignInWalk.StartAsync(redis, ("Bff:SpaOrigins:1", SecondSpa));

        foreach (var (given, written) in Texts)
        {
            Assert.Equal(walk.System.Spa.Origin() + "/r" + written, await walk.WalkAsync("/r" + given));
            Assert.Equal(SecondSpa + "/" + written, await walk.WalkAsync(SecondSpa + "/" + given));
            Assert.Equal(walk.System.Url.Origin() + "/swagger/" + written, await walk.WalkAsync("/swagger/" + given));
        }
    }

    [Theory, Row("RED-18")]
    [InlineData(@"/f?p=C:\d#x\y", "/f?p=C:%5Cd&login_error=access_denied#x%5Cy")]
    [InlineData(@"/f#x\y?z", "/f?login_error=access_denied#x%5Cy?z")]
    [InlineData("/f?q=😀&login_error=login_failed#😀", "/f?q=%F0%9F%98%80&login_error=access_denied#%F0%9F%98%80")]
    public async Task An_error_is_added_to_such_a_query(string given, string written)
    {
        await using var walk = await SignInWalk.StartAsync(redis);

        Assert.Equal(walk.System.Spa.Origin() + written, await walk.WalkAsync(given, error: "access_denied"));
        var swagger = walk.System.Url.Origin() + "/swagger/";
        Assert.Equal(swagger + written[2..], await walk.WalkAsync(swagger + given[2..], error: "access_denied"));
    }

    [Fact, Row("RED-03", "RED-10", "RED-13")]
    public void A_control_character_or_half_a_character_is_refused_in_query_and_fragment()
    {
        foreach (var (place, refused) in Places.SelectMany(place => Refused.Select(refused => (place, refused))))
        {
            foreach (var text in new[] { place + refused, place + refused + "x", place + "😀" + refused + "x", place + refused + "😀" })
            {
                Assert.Null(ReturnUrl.Parse(text, Apart));
                Assert.Null(ReturnUrl.Parse(text, Shared));
            }
        }
    }

    [Theory, Row("RED-02", "RED-10")]
    [InlineData("\\"), InlineData("\u00a0"), InlineData("\u3000"), InlineData("\u200d"), InlineData("\u202e"), InlineData("\ue000")]
    [InlineData("\uff0f"), InlineData("\u3002"), InlineData("\u2028"), InlineData("\ufffd")]
    [InlineData("\U000f0000"), InlineData("\U000e0041")]
    public void In_the_path_it_is_refused_as_before(string character)
    {
        foreach (var tail in new[] { "", "?x", "#x", @"?a\b" }) Assert.Null(ReturnUrl.Parse("/a" + character + "b" + tail, Apart));
        Assert.NotNull(ReturnUrl.Parse("/a?" + character + "b", Apart));
    }

    [Theory, Row("RED-18")]
    [InlineData("/🎉", "/%F0%9F%8E%89"), InlineData("/" + ExtensionB + "/x", "/%F0%A0%AE%9F/x"), InlineData("/" + Combined, "/e%CC%81")]
    public void A_path_is_judged_by_code_points(string given, string written) =>
        Assert.Equal(Spa + written, ReturnUrl.Parse(given, Apart)?.Location);

    [Fact, Row("RED-10", "RED-16")]
    public async Task Half_a_character_on_the_wire_is_refused_or_kept_as_its_escape_and_never_an_error()
    {
        await using var walk = await SignInWalk.StartAsync(redis);

        foreach (var half in new[] { "%ED%A0%80", "%ED%B0%80", "%F0%9F%98", "%FF" })
        {
            var path = await RawHttp.SendAsync(walk.System.Url, $"GET /login?returnUrl=/x{half} HTTP/1.1", []);
            Assert.Equal(400, RawHttp.Status(path));
            Assert.Equal(walk.System.Spa.Origin() + "/x?q=" + half, await walk.WalkQueryAsync($"returnUrl=/x?q={half}"));
        }
        foreach (var control in new[] { "%09", "%0A", "%0D%0ASet-Cookie:a=b", "%00", "%7F", "%C2%85" })
        {
            var request = $"GET /login?returnUrl=/x?q={control} HTTP/1.1";
            var answer = await RawHttp.SendAsync(walk.System.Url, request, ["Accept: application/json"]);
            Assert.Equal(400, RawHttp.Status(answer));
            Assert.Contains("returnUrl must be a path", answer, StringComparison.Ordinal);
        }
        using var unencoded = await walk.LoginAsync(@"/x?a=\|^{}");
        Assert.Equal(HttpStatusCode.Found, unencoded.StatusCode);
    }
}
