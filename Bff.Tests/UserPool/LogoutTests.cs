using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.UserPool;

/// <summary>Cognito's way of signing out, which is not OpenID Connect's.</summary>
public sealed class LogoutTests
{
    [Fact]
    public async Task Signing_out_needs_client_and_sign_out_URL_and_asks_for_the_password_afterwards()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        await pool.SignInAsync(browser);

        var answer = await LogoutAsync(pool, browser, "client_id=" + LocalPool.ClientId + "&logout_uri=http://localhost:5173/");

        Assert.Equal("http://localhost:5173/", answer.Response.Headers.Location!.OriginalString);
        await AssertSignedOutAsync(pool, browser);
    }

    [Theory]
    [InlineData("post_logout_redirect_uri=http://localhost:5173/&id_token_hint=x",
        "Required String parameter 'redirect_uri' is not present")]
    [InlineData("client_id=" + LocalPool.ClientId + "&logout_uri=http://evil.example/", "invalid_request")]
    [InlineData("client_id=nobody&logout_uri=http://localhost:5173/", "invalid_request")]
    public async Task A_wrong_sign_out_ends_on_the_error_page_with_the_session_gone(string query, string reason)
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        await pool.SignInAsync(browser);

        var redirect = await LogoutAsync(pool, browser, query);
        var page = await browser.FollowAsync();

        Assert.Equal("/error", redirect.Location.AbsolutePath);
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Contains(reason, page.Says, StringComparison.Ordinal);
        await AssertSignedOutAsync(pool, browser);
    }

    [Fact]
    public async Task The_other_form_of_signing_out_shows_the_login_page_again()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        await pool.SignInAsync(browser);

        var page = await LogoutAsync(pool, browser, pool.AuthorizeUrl().Query.TrimStart('?'));

        Assert.Equal("/login" + pool.AuthorizeUrl().Query, page.Location.PathAndQuery);
        await AssertSignedOutAsync(pool, browser);
    }

    private static Task<BrowserPage> LogoutAsync(LocalPool pool, Browser browser, string query) =>
        browser.NavigateAsync(pool.OnDomain("/logout?" + query), typed: true);

    private static async Task AssertSignedOutAsync(LocalPool pool, Browser browser)
    {
        Assert.Null(browser.Cookie("cognito"));
        Assert.Equal("/login", (await browser.NavigateAsync(pool.AuthorizeUrl(), typed: true)).Location.AbsolutePath);
    }
}
