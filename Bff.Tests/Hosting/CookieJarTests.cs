using Microsoft.Extensions.Time.Testing;

namespace Bff.Tests.Hosting;

/// <summary>The browser model's jar against Chromium's rules.</summary>
public sealed class CookieJarTests
{
    private static readonly Uri Loopback = new("http://localhost:5000/");
    private readonly FakeTimeProvider time = new();
    private readonly CookieJar jar;

    public CookieJarTests() => jar = new CookieJar(time);

    [Theory]
    [InlineData("__Host-x=1; Secure; Path=/", true)]
    [InlineData("__Host-x=1; Path=/", false)]
    [InlineData("__Host-x=1; Secure; Path=/a", false)]
    [InlineData("__Host-x=1; Secure; Path=/; Domain=localhost", false)]
    [InlineData("__Secure-x=1", false)]
    [InlineData("x=1; Secure", true)]
    [InlineData("x=1; SameSite=None", false)]
    [InlineData("x=1; Domain=example.com", false)]
    [InlineData("=1", false)]
    public void A_loopback_origin_may_set_what_Chromium_lets_it_set(string line, bool kept)
    {
        jar.Keep([line], Loopback, sameSite: true);

        Assert.Equal(kept, jar.All.Count == 1);
    }

    [Fact]
    public void A_secure_cookie_is_neither_taken_from_nor_sent_to_plain_http_elsewhere()
    {
        jar.Keep(["x=1; Secure"], new("http://bff.example/"), sameSite: true);
        jar.Keep(["y=1; Secure"], new("https://bff.example/"), sameSite: true);

        Assert.Equal("y=1", jar.HeaderFor(new("https://bff.example/"), CookieContext.SameSite));
        Assert.Null(jar.HeaderFor(new("http://bff.example/"), CookieContext.SameSite));
    }

    [Fact]
    public void Cookies_know_hosts_and_no_ports()
    {
        jar.Keep(["x=1"], Loopback, sameSite: true);

        Assert.Equal("x=1", jar.HeaderFor(new("http://localhost:5173/"), CookieContext.SameSite));
        Assert.Null(jar.HeaderFor(new("http://127.0.0.1:5000/"), CookieContext.SameSite));
    }

    [Theory]
    [InlineData(nameof(CookieContext.SameSite), "strict=1; lax=1; unsaid=1; none=1")]
    [InlineData(nameof(CookieContext.CrossSiteNavigation), "lax=1; unsaid=1; none=1")]
    [InlineData(nameof(CookieContext.CrossSite), "none=1")]
    public void SameSite_decides_what_another_site_can_cause_to_be_sent(string context, string sent)
    {
        jar.Keep(["strict=1; SameSite=Strict", "lax=1; SameSite=Lax", "unsaid=1", "none=1; SameSite=None; Secure"], Loopback,
            sameSite: true);

        Assert.Equal(sent, jar.HeaderFor(Loopback, Enum.Parse<CookieContext>(context)));
    }

    [Fact]
    public void A_fetch_from_another_site_cannot_set_a_SameSite_cookie()
    {
        jar.Keep(["lax=1", "none=1; SameSite=None; Secure"], Loopback, sameSite: false);

        Assert.Equal("none", Assert.Single(jar.All).Name);
    }

    [Theory]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/a/b", true)]
    [InlineData("/a", "/ab", false)]
    [InlineData("/a/", "/a", false)]
    public void A_path_matches_whole_segments(string path, string asked, bool sent)
    {
        jar.Keep([$"x=1; Path={path}"], Loopback, sameSite: true);

        Assert.Equal(sent, jar.HeaderFor(new(Loopback, asked), CookieContext.SameSite) is not null);
    }

    [Theory]
    [InlineData("x=; Max-Age=0")]
    [InlineData("x=; Expires=Thu, 01 Jan 1970 00:00:00 GMT")]
    [InlineData("x=; Max-Age=-1; Expires=Thu, 01 Jan 2099 00:00:00 GMT")]
    public void A_past_end_deletes(string line)
    {
        jar.Keep(["x=1", line], Loopback, sameSite: true);

        Assert.Empty(jar.All);
    }

    [Fact]
    public void A_cookie_ends_with_its_Max_Age()
    {
        jar.Keep(["x=1; Max-Age=60"], Loopback, sameSite: true);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Single(jar.All);

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Empty(jar.All);
    }

    [Fact]
    public void Another_path_is_another_cookie_and_the_longer_one_goes_first()
    {
        jar.Keep(["x=root; Path=/", "x=deep; Path=/a"], Loopback, sameSite: true);

        Assert.Equal("x=deep; x=root", jar.HeaderFor(new(Loopback, "/a"), CookieContext.SameSite));
    }

    [Fact]
    public void A_cookie_of_more_than_4096_bytes_is_dropped()
    {
        jar.Keep(["x=" + new string('a', 4096)], Loopback, sameSite: true);

        Assert.Empty(jar.All);
    }
}
