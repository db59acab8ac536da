using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.UserPool;

public sealed class LoginTests
{
    [Fact]
    public async Task The_page_can_be_used_without_seeing_it_and_without_script()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();

        var page = await ShowAsync(pool, browser);

        Assert.Equal("en", page.Document.DocumentElement.GetAttribute("lang"));
        Assert.All(new[] { "username", "password" }, id => Assert.NotNull(page.Document.QuerySelector($"label[for={id}]")));
        Assert.Equal("username", page.Find("#username").GetAttribute("autocomplete"));
        Assert.Equal("current-password", page.Find("#password").GetAttribute("autocomplete"));
        Assert.Single(page.Document.QuerySelectorAll("button, input[type=submit]"));
        Assert.Empty(page.Document.Scripts);
        Assert.StartsWith("default-src 'none'; style-src 'self'", page.Response.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LocalPool.Carol, "wrong")]
    [InlineData("nobody@example.com", LocalPool.Password)]
    public async Task A_wrong_password_and_an_unknown_user_get_the_same_answer(string username, string password)
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();

        var page = await SubmitAsync(pool, browser, username, password);

        Assert.Equal("Incorrect username or password.", page.Find("[role=alert]").TextContent);
        Assert.Equal(username, page.Find("#username").GetAttribute("value"));
        Assert.Equal(("true", "error"), (page.Find("#password").GetAttribute("aria-invalid"),
            page.Find("#password").GetAttribute("aria-describedby")));
    }

    [Fact]
    public async Task A_client_of_the_LEGACY_kind_tells_that_a_user_does_not_exist()
    {
        await using var pool = await LocalPool.StartAsync(options => options.Clients[0].PreventUserExistenceErrors = "LEGACY");
        using var browser = pool.Browser();

        var page = await SubmitAsync(pool, browser, "nobody@example.com", "x");

        Assert.Equal("User does not exist.", page.Find("[role=alert]").TextContent);
    }

    [Fact]
    public async Task The_e_mail_address_may_be_written_in_any_case()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();

        var back = await SubmitAsync(pool, browser, "Carol@Example.COM", LocalPool.Password);

        Assert.True(LocalPool.IsApplication(back.Location));
    }

    [Fact]
    public async Task Five_failures_lock_for_a_second_and_each_further_one_twice_as_long()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        for (var failure = 1; failure <= 5; failure++)
        {
            Assert.Contains("Incorrect", (await SubmitAsync(pool, browser, LocalPool.Carol, "wrong")).Says, StringComparison.Ordinal);
        }

        Assert.Contains("Password attempts exceeded", (await SubmitAsync(pool, browser, LocalPool.Carol, LocalPool.Password)).Says,
            StringComparison.Ordinal);
        pool.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("Incorrect", (await SubmitAsync(pool, browser, LocalPool.Carol, "wrong")).Says, StringComparison.Ordinal);
        pool.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("Password attempts exceeded", (await SubmitAsync(pool, browser, LocalPool.Carol, LocalPool.Password)).Says,
            StringComparison.Ordinal);
        pool.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await SubmitAsync(pool, browser, LocalPool.Carol, LocalPool.Password)).IsRedirect);
    }

    [Fact]
    public async Task A_form_of_another_browser_is_refused()
    {
        await using var pool = await LocalPool.StartAsync();
        using var attacker = pool.Browser();
        using var victim = pool.Browser();
        var foreign = (await ShowAsync(pool, attacker)).Find("[name=_csrf]").GetAttribute("value")!;

        var form = (await ShowAsync(pool, victim)).Form;
        var page = await victim.SubmitAsync(form, ("username", LocalPool.Carol), ("password", LocalPool.Password), ("_csrf", foreign));

        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Null(victim.Cookie("cognito"));
    }

    [Fact]
    public async Task An_attempt_must_be_finished_within_five_minutes()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        var form = (await ShowAsync(pool, browser)).Form;
        pool.Time.Advance(TimeSpan.FromMinutes(4));
        form = (await browser.SubmitAsync(form, ("username", LocalPool.Carol), ("password", "wrong"))).Form;
        pool.Time.Advance(TimeSpan.FromMinutes(1));

        var page = await browser.SubmitAsync(form, ("username", LocalPool.Carol), ("password", LocalPool.Password));

        Assert.Equal((HttpStatusCode.BadRequest, "Something went wrong"), (page.Status, page.Find("h1").TextContent));
        Assert.StartsWith("/oauth2/authorize?", page.Find("a.button").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_temporary_password_expires()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        pool.Time.Advance(TimeSpan.FromDays(7));

        var page = await SubmitAsync(pool, browser, LocalPool.Alice, LocalPool.TemporaryPassword);

        Assert.Equal("Temporary password has expired and must be reset by an administrator.", page.Find("[role=alert]").TextContent);
    }

    [Fact]
    public async Task The_login_hint_fills_the_user_name_in()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();

        await browser.NavigateAsync(pool.AuthorizeUrl(("login_hint", "\"><script>")));
        var page = await browser.FollowAsync();

        Assert.Equal("\"><script>", page.Find("#username").GetAttribute("value"));
        Assert.Empty(page.Document.Scripts);
    }

    private static async Task<BrowserPage> ShowAsync(LocalPool pool, Browser browser)
    {
        await browser.NavigateAsync(pool.AuthorizeUrl(), typed: true);
        return await browser.FollowAllAsync();
    }

    private static async Task<BrowserPage> SubmitAsync(LocalPool pool, Browser browser, string username, string password) =>
        await browser.SubmitAsync((await ShowAsync(pool, browser)).Form, ("username", username), ("password", password));
}
