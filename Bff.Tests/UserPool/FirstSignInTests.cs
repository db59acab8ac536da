using System.Net;
using Bff.Local.UserPool.Users;
using Bff.Tests.Hosting;

namespace Bff.Tests.UserPool;

/// <summary>A user with a temporary password, who must choose one.</summary>
public sealed class FirstSignInTests
{
    [Fact]
    public async Task The_temporary_password_opens_nothing_but_the_page_that_changes_it()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();

        await StartAsync(pool, browser);

        Assert.Null(browser.Cookie("cognito"));
        Assert.Equal("/login", (await browser.NavigateAsync(pool.AuthorizeUrl(), typed: true)).Location.AbsolutePath);
        Assert.Equal(UserStatus.ForceChangePassword, pool.Handle.Users.ByEmail(LocalPool.Alice)!.Status);
    }

    [Fact]
    public async Task Every_rule_that_the_new_password_breaks_is_shown()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        var form = (await StartAsync(pool, browser)).Form;

        var page = await browser.SubmitAsync(form, ("newPassword", "UPPER"), ("confirmPassword", "UPPER"));

        Assert.Equal(
            ["Missing: At least 8 characters", "Missing: A lower-case letter", "There: An upper-case letter", "Missing: A number",
                "Missing: A symbol, such as ! # % or -", "There: To differ from your earlier passwords"],
            page.Document.QuerySelectorAll("#demands li").Select(item => item.TextContent));
        Assert.Equal(("true", "weak demands"), (page.Find("#newPassword").GetAttribute("aria-invalid"),
            page.Find("#newPassword").GetAttribute("aria-describedby")));
        Assert.Equal(UserStatus.ForceChangePassword, pool.Handle.Users.ByEmail(LocalPool.Alice)!.Status);
    }

    [Theory]
    [InlineData("nouppercase-1", "An upper-case letter")]
    [InlineData("NOLOWERCASE-1", "A lower-case letter")]
    [InlineData("NoNumber-here", "A number")]
    [InlineData("NoSymbol1here", "A symbol, such as ! # % or -")]
    [InlineData(" NoSymbol1here ", "A symbol, such as ! # % or -")]
    [InlineData("Sh0rt-x", "At least 8 characters")]
    [InlineData(LocalPool.TemporaryPassword, "To differ from your earlier passwords")]
    public async Task One_broken_rule_is_enough(string password, string rule)
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        var form = (await StartAsync(pool, browser)).Form;

        var page = await browser.SubmitAsync(form, ("newPassword", password), ("confirmPassword", password));

        Assert.Equal(["Missing: " + rule], page.Document.QuerySelectorAll("#demands .unmet").Select(item => item.TextContent));
    }

    [Fact]
    public async Task Two_different_inputs_are_told_at_the_second()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        var form = (await StartAsync(pool, browser)).Form;

        var page = await browser.SubmitAsync(form, ("newPassword", LocalPool.Password), ("confirmPassword", LocalPool.Password + "x"));

        Assert.Equal("The two passwords are not the same.", page.Find("#mismatch[role=alert]").TextContent);
        Assert.Equal("mismatch", page.Find("#confirmPassword").GetAttribute("aria-describedby"));
    }

    [Fact]
    public async Task A_good_password_confirms_the_user_and_the_same_flow_ends_at_the_application()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        var form = (await StartAsync(pool, browser)).Form;
        form = (await browser.SubmitAsync(form, ("newPassword", "weak"), ("confirmPassword", "weak"))).Form;

        var back = await browser.SubmitAsync(form, ("newPassword", LocalPool.Password), ("confirmPassword", LocalPool.Password));

        Assert.Matches("^http://localhost:5000/callback\\?code=[0-9a-f-]{36}&state=S$", back.Location.AbsoluteUri);
        Assert.Equal(UserStatus.Confirmed, pool.Handle.Users.ByEmail(LocalPool.Alice)!.Status);
        Assert.NotNull(browser.Cookie("cognito"));
        Assert.Null(browser.Cookie("cognito-challenge"));
    }

    [Fact]
    public async Task Afterwards_the_new_password_opens_and_the_temporary_one_does_not()
    {
        await using var pool = await LocalPool.StartAsync();
        using var first = pool.Browser();
        var form = (await StartAsync(pool, first)).Form;
        await first.SubmitAsync(form, ("newPassword", LocalPool.Password), ("confirmPassword", LocalPool.Password));

        using var later = pool.Browser();
        var refused = await SignInAsync(pool, later, LocalPool.TemporaryPassword);
        var opened = await SignInAsync(pool, later, LocalPool.Password);

        Assert.Contains("Incorrect username or password.", refused.Says, StringComparison.Ordinal);
        Assert.True(LocalPool.IsApplication(opened.Location));
    }

    [Fact]
    public async Task The_five_minutes_run_from_the_sign_in_page_on()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        var form = (await StartAsync(pool, browser)).Form;
        pool.Time.Advance(TimeSpan.FromMinutes(5));

        var page = await browser.SubmitAsync(form, ("newPassword", LocalPool.Password), ("confirmPassword", LocalPool.Password));

        Assert.Equal((HttpStatusCode.BadRequest, "Something went wrong"), (page.Status, page.Find("h1").TextContent));
        Assert.Equal(UserStatus.ForceChangePassword, pool.Handle.Users.ByEmail(LocalPool.Alice)!.Status);
    }

    [Fact]
    public async Task The_page_is_of_no_use_without_the_temporary_password()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();

        var page = await browser.NavigateAsync(pool.OnDomain("/changePassword" + pool.AuthorizeUrl().Query));

        Assert.Equal("Something went wrong", page.Find("h1").TextContent);
    }

    private static async Task<BrowserPage> StartAsync(LocalPool pool, Browser browser)
    {
        var redirect = await SignInAsync(pool, browser, LocalPool.TemporaryPassword);
        Assert.Equal("/changePassword" + pool.AuthorizeUrl().Query, redirect.Location.PathAndQuery);
        return await browser.FollowAsync();
    }

    private static async Task<BrowserPage> SignInAsync(LocalPool pool, Browser browser, string password)
    {
        await browser.NavigateAsync(pool.AuthorizeUrl(), typed: true);
        var form = (await browser.FollowAllAsync()).Form;
        return await browser.SubmitAsync(form, ("username", LocalPool.Alice), ("password", password));
    }
}
