using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>Which cookie counts when a sibling host or a proxy adds others that look like it (rfc6265bis section 4.1.3.2).</summary>
[Row("SES-04", "SES-06")]
public sealed class CookieNameTests(SharedRedis redis)
{
    // {own} is the value that the browser was given, {other} another person's.
    private static readonly (string Cookies, bool SignedIn)[] Rows =
    [
        ("__Host-bff={own}", true),
        ("a=b; __Host-bff={own}; c=d", true),
        ("a; =; ;__Host-bff={own};", true),
        ("__host-bff={other}; __Host-bff={own}", true),
        ("__Host-bff={own}; __HOST-BFF={other}", true),
        ("\u00a0__Host-bff={other}; __Host-bff={own}", true),
        ("__host-bff={own}", false),
        ("__HOST-bff={own}", false),
        ("__Host-Bff={own}", false),
        ("__Host-bff={own}; __Host-bff={other}", false),
        ("__Host-bff={own}; __Host-bff={own}", false),
        ("__Host-bff=; __Host-bff={own}", false),
        ("__Host-bff={own}\r\nCookie: __Host-bff={other}", false),
        ("\u00a0__Host-bff={own}", false),
        ("\u0085__Host-bff={own}", false),
        ("=__Host-bff={own}", false),
        ("$Version=1,__Host-bff={own}", false),
        ("__Host-bff ={own}", false),
        ("__Host-bff==" + "{own}", false),
        ("__Host-bff=\"{own}\"", false),
        ("%5F_Host-bff={own}", false),
        ("__Host-bff={own}%20", false),
        ("x=\"; __Host-bff={own}\"", false),
        ("__Host-bff[]={own}", false),
        ("__Host-bff.={own}", false),
        ("bff={own}", false),
        ("__Secure-bff={own}", false),
    ];

    [Fact]
    public async Task Only_the_one_cookie_of_exactly_this_name_is_the_session()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        using var attacker = system.Browser();
        await browser.SignInAsync(system);
        await attacker.SignInAsync(system, The.Bob);
        var (own, other) = (browser.Cookie(The.SessionCookie)!.Value, attacker.Cookie(The.SessionCookie)!.Value);

        foreach (var (cookies, signedIn) in Rows)
        {
            var answer = await Raw.CallAsync(system, cookies.Replace("{own}", own, StringComparison.Ordinal)
                .Replace("{other}", other, StringComparison.Ordinal));

            if (signedIn)
                Assert.True(RawHttp.Status(answer) == 200 && answer.Contains(The.Alice, StringComparison.Ordinal), $"{cookies}: {answer}");
            else Raw.AssertAnonymous(answer, cookies);
        }
    }

    [Theory, Row("CB-02")]
    [InlineData("__HOST-bff-login={own}"), InlineData("__Host-bff-login={own}; __Host-bff-login={other}")]
    [InlineData("\u00a0__Host-bff-login={own}")]
    public async Task Only_the_one_cookie_of_exactly_its_name_binds_a_sign_in(string cookies)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        using var attacker = system.Browser();
        var callback = await browser.SignInUpToCallbackAsync(system);
        await attacker.SignInUpToCallbackAsync(system, The.Bob);
        var (own, other) = (browser.Cookie(The.LoginCookie)!.Value, attacker.Cookie(The.LoginCookie)!.Value);

        var answer = await Raw.CallAsync(system, cookies.Replace("{own}", own, StringComparison.Ordinal)
            .Replace("{other}", other, StringComparison.Ordinal), $"GET {callback.PathAndQuery} HTTP/1.1");

        Assert.True(RawHttp.Status(answer) == 400, answer);
        Assert.DoesNotContain("\nSet-Cookie:", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, system.Pool.Requests.Grants("authorization_code"));
        Assert.Equal(system.Spa, (await browser.FollowAsync()).Location);
    }
}
