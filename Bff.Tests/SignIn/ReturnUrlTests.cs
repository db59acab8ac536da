using Bff.Settings;
using Bff.SignIn;
using Bff.Tests.Hosting;
using static Bff.Tests.SignIn.ReturnUrlOrigins;

namespace Bff.Tests.SignIn;

/// <summary>
/// Where a browser may be sent after a sign-in (RFC 9700 section 4.11): one row is one text, allowed with the place it leads to or
/// refused.
/// </summary>
public sealed class ReturnUrlTests
{
    [Theory, Row("RED-18")]
    [InlineData(null, Spa + "/")]
    [InlineData("", Spa + "/")]
    [InlineData("/", Spa + "/")]
    [InlineData("/a/b?x=%2F%2Fz", Spa + "/a/b?x=%2F%2Fz")]
    [InlineData("/?next=https://other.example", Spa + "/?next=https://other.example")]
    [InlineData("/?next=//other.example", Spa + "/?next=//other.example")]
    [InlineData("/p#frag", Spa + "/p#frag")]
    [InlineData("/p#//frag?x", Spa + "/p#//frag?x")]
    [InlineData("/a?x=1&client_id=evil#%26scope=admin", Spa + "/a?x=1&client_id=evil#%26scope=admin")]
    [InlineData("/a//b", Spa + "/a//b")]
    [InlineData("/100%", Spa + "/100%")]
    [InlineData("/%zz", Spa + "/%zz")]
    [InlineData("/a%20b", Spa + "/a%20b")]
    [InlineData("/~user/!$&'()*+,;=:@", Spa + "/~user/!$&'()*+,;=:@")]
    [InlineData("/é", Spa + "/%C3%A9")]
    [InlineData("/日本語?q=日本", Spa + "/%E6%97%A5%E6%9C%AC%E8%AA%9E?q=%E6%97%A5%E6%9C%AC")]
    [InlineData("/login", Spa + "/login")]
    [InlineData("/swagger/", BffUrl + "/swagger/")]
    [InlineData("/swagger/#/Session/me", BffUrl + "/swagger/#/Session/me")]
    [InlineData(BffUrl + "/swagger/", BffUrl + "/swagger/")]
    [InlineData(Spa, Spa + "/")]
    [InlineData(Spa + "/", Spa + "/")]
    [InlineData(Spa + "/orders?x=1#y", Spa + "/orders?x=1#y")]
    [InlineData(Spa + "/swagger/x", Spa + "/swagger/x")]
    [InlineData(SecondSpa + "/users", SecondSpa + "/users")]
    public void A_place_of_the_SPA_is_allowed(string? text, string location) =>
        Assert.Equal(location, ReturnUrl.Parse(text, Apart)?.Location);

    [Theory, Row("RED-01")]
    [InlineData("//evil.example"), InlineData("///evil.example"), InlineData("////evil.example"), InlineData("//evil.example%2f..")]
    [InlineData("//")]
    [InlineData("//app.example.com/")]
    public void A_path_with_two_slashes_in_front_is_refused(string text) => AssertRefused(text);

    [Theory, Row("RED-02")]
    [InlineData("/\\evil.example"), InlineData("\\/evil.example"), InlineData("\\\\evil.example"), InlineData("/\\/evil.example")]
    [InlineData("/%5cevil.example")]
    [InlineData("/%5Cevil.example"), InlineData("/a\\b"), InlineData("/%255cevil.example")]
    public void A_backslash_is_refused(string text) => AssertRefused(text);

    [Theory, Row("RED-03", "RED-13")]
    [InlineData("/%09/evil.example"), InlineData("/%0a/evil.example"), InlineData("/%0d%0a/evil.example"), InlineData("/%0b/evil.example")]
    [InlineData("/%00/evil.example"), InlineData("/x%7f")]
    [InlineData("/\t/evil.example"), InlineData("/ \t/evil.example"), InlineData("/\n/evil.example"), InlineData("\t//evil.example")]
    [InlineData(" //evil.example"), InlineData(" /"), InlineData("/ "), InlineData("/\0"), InlineData("/a b")]
    [InlineData("/\t/\te\tv\ti\tl"), InlineData("/\u007f"), InlineData("/\u0085/evil.example"), InlineData("\r/"), InlineData(" ")]
    [InlineData("   ")]
    [InlineData("/x%0d%0aSet-Cookie:%20a=b"), InlineData("/x\r\nSet-Cookie: a=b"), InlineData("/x\r")]
    [InlineData("/x%250d%250aSet-Cookie:a=b"), InlineData("/x%25250a")]
    public void White_space_and_control_characters_are_refused(string text) => AssertRefused(text);

    [Theory, Row("RED-04")]
    [InlineData("%2f%2fevil.example"), InlineData("%252f%252fevil.example"), InlineData("%2f%5cevil.example")]
    [InlineData("/%2fevil.example")]
    [InlineData("/%2Fevil.example"), InlineData("/%252fevil.example"), InlineData("/%25252fevil.example")]
    [InlineData("/%5c%5cevil.example")]
    public void Slashes_in_disguise_are_refused(string text) => AssertRefused(text);

    [Theory, Row("RED-05", "RED-06", "RED-16")]
    [InlineData("https:evil.example"), InlineData("https:/evil.example"), InlineData("http:///evil.example")]
    [InlineData("HTTPS://evil.example")]
    [InlineData("https://evil.example"), InlineData("HTTPS://app.example.com/"), InlineData("ftp://app.example.com/")]
    [InlineData("javascript:alert(1)"), InlineData("data:text/html,x"), InlineData("vbscript:x"), InlineData("file:///etc/passwd")]
    [InlineData("blob:https://app.example.com/x"), InlineData("java%0dscript:alert(1)"), InlineData("jAvAsCrIpT:alert(1)")]
    [InlineData("java\tscript:alert(1)")]
    [InlineData("evil.example"), InlineData("orders"), InlineData("./orders"), InlineData("../orders"), InlineData("?x=1")]
    [InlineData("#x")]
    [InlineData("@evil.example"), InlineData(".evil.example"), InlineData("%"), InlineData("%zz"), InlineData("http://[::1")]
    [InlineData("https://")]
    [InlineData(":")]
    public void Another_scheme_or_none_is_refused(string text) => AssertRefused(text);

    [Theory, Row("RED-07", "RED-08")]
    [InlineData("https://app.example.com@evil.example"), InlineData("//app.example.com@evil.example")]
    [InlineData("https://app.example.com%40evil.example")]
    [InlineData("https://app.example.com:443@evil.example"), InlineData("http://;@evil.example")]
    [InlineData("https://user@app.example.com/")]
    [InlineData("https://app.example.com.evil.example"), InlineData("https://app.example.com.evil.example/")]
    [InlineData("https://evilapp.example.com/")]
    [InlineData("https://app.example.com:444/"), InlineData("https://app.example.com:443/"), InlineData("http://app.example.com/")]
    [InlineData("https://app.example.com./")]
    [InlineData("https://App.example.com/"), InlineData("https://admin.example.com/"), InlineData("https://app.example.com\\evil.example")]
    [InlineData("https://app.example.com?x"), InlineData("https://app.example.com#x")]
    [InlineData("https://app.example.com%2f@evil.example/")]
    [InlineData("https://app.example.com/\\evil.example")]
    [InlineData("https://app.example.com//evil.example")]
    public void Another_origin_is_refused_however_alike(string text) => AssertRefused(text);

    [Theory, Row("RED-10")]
    [InlineData("/\uff0fevil.example"), InlineData("\uff0f\uff0fevil.example"), InlineData("/\u3035evil.example")]
    [InlineData("/\uff3cevil.example")]
    [InlineData("/\u2215evil.example"), InlineData("/\u2044evil.example"), InlineData("/\u29f8evil.example")]
    [InlineData("https://app\u3002example\u3002com/"), InlineData("/evil\u3002example"), InlineData("/\uff0e\uff0e/")]
    [InlineData("\u200b//evil.example")]
    [InlineData("/\u200bx"), InlineData("\ufeff/"), InlineData("/\u202ex"), InlineData("/\u2028x"), InlineData("/\u00a0x")]
    [InlineData("/\u3000x")]
    [InlineData("/%c0%af/evil.example"), InlineData("/%ff"), InlineData("/%e0%80%af"), InlineData("/\ud800"), InlineData("/a\udc00b")]
    [InlineData("/\ue000")]
    [InlineData("/\ufffd"), InlineData("/%ed%a0%80")]
    public void Characters_that_are_not_what_they_seem_are_refused(string text) => AssertRefused(text);

    [Theory, Row("RED-11")]
    [InlineData(2000, true), InlineData(2001, false), InlineData(8 * 1024, false), InlineData(64 * 1024, false)]
    public void A_long_one_is_refused_and_never_cut(int length, bool allowed)
    {
        var text = "/" + new string('a', length - 1);

        Assert.Equal(allowed ? Spa + text : null, ReturnUrl.Parse(text, Apart)?.Location);
    }

    [Theory, Row("RED-08")]
    [InlineData(BffUrl), InlineData(BffUrl + "/"), InlineData(BffUrl + "/login"), InlineData(BffUrl + "/logout")]
    [InlineData(BffUrl + "/me")]
    [InlineData(BffUrl + "/swagger"), InlineData(BffUrl + "/swagger/../login"), InlineData(BffUrl + "/swagger/x")]
    [InlineData(BffUrl + "/SWAGGER/")]
    public void Of_the_BFF_itself_only_its_Swagger_page_is_a_place_to_go(string text) => AssertRefused(text);

    [Fact]
    public void Without_Swagger_it_is_no_place_to_go()
    {
        var options = new BffOptions { PublicUrl = BffUrl, SpaOrigins = [Spa], Swagger = false };

        Assert.Null(ReturnUrl.Parse(BffUrl + "/swagger/", options));
        Assert.Equal(Spa + "/swagger/", ReturnUrl.Parse("/swagger/", options)!.Location);
    }

    [Theory, Row("RED-15")]
    [InlineData("/login"), InlineData("/login?returnUrl=/"), InlineData("/login/"), InlineData("/LOGIN"), InlineData("/log%69n")]
    [InlineData("/x/../login")]
    [InlineData("/x/%2e%2e/login"), InlineData("/./login"), InlineData("/login#x"), InlineData(Spa + "/login")]
    [InlineData("/callback?code=c&state=s"), InlineData("/logout"), InlineData("/me"), InlineData("/refresh"), InlineData("/sessions")]
    [InlineData("/sessions/1"), InlineData("/events"), InlineData("/backchannel-logout"), InlineData("/api"), InlineData("/api/orders")]
    [InlineData("/openapi.yaml"), InlineData("/swagger"), InlineData("/swagger/start.js")]
    public void On_a_shared_origin_an_endpoint_is_no_place_to_go(string text) => Assert.Null(ReturnUrl.Parse(text, Shared));

    [Theory]
    [InlineData("/", Spa + "/"), InlineData("/orders", Spa + "/orders"), InlineData("/apiary", Spa + "/apiary")]
    [InlineData("/menu", Spa + "/menu")]
    [InlineData("/my/login", Spa + "/my/login"), InlineData("/?x=/login", Spa + "/?x=/login"), InlineData("/swagger/", Spa + "/swagger/")]
    [InlineData(Spa + "/swagger/index.html", Spa + "/swagger/index.html"), InlineData(Spa, Spa + "/")]
    public void On_a_shared_origin_the_SPAs_own_places_are_allowed(string text, string location) =>
        Assert.Equal(location, ReturnUrl.Parse(text, Shared)?.Location);

    [Theory]
    [InlineData("/", "/?login_error=access_denied"), InlineData("/a?x=1", "/a?x=1&login_error=access_denied")]
    [InlineData("/a#b", "/a?login_error=access_denied#b"), InlineData("/a?x=1#b?c", "/a?x=1&login_error=access_denied#b?c")]
    [InlineData("/a#?b", "/a?login_error=access_denied#?b")]
    [InlineData("/a?login_error=login_failed&x=1&login_error=y", "/a?x=1&login_error=access_denied")]
    public void A_reason_goes_into_the_query(string text, string location) =>
        Assert.Equal(Spa + location, ReturnUrl.Parse(text, Apart)!.WithError(SignInError.AccessDenied));

    private static void AssertRefused(string text)
    {
        Assert.Null(ReturnUrl.Parse(text, Apart));
        Assert.Null(ReturnUrl.Parse(text, Shared));
    }
}
