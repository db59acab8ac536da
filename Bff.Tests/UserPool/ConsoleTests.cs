using System.Net;
using Bff.Local.UserPool.Users;

namespace Bff.Tests.UserPool;

public sealed class ConsoleTests
{
    [Fact]
    public async Task The_front_page_lists_users_and_clients_and_never_a_secret()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();

        var page = await browser.NavigateAsync(pool.OnDomain("/"));

        Assert.Contains("alice@example.com", page.Says, StringComparison.Ordinal);
        Assert.Contains("FORCE_CHANGE_PASSWORD", page.Says, StringComparison.Ordinal);
        Assert.Contains("carol@example.com", page.Says, StringComparison.Ordinal);
        Assert.Contains("CONFIRMED", page.Says, StringComparison.Ordinal);
        Assert.Contains("ID 60 minutes, access 60 minutes, refresh 30 days", page.Says, StringComparison.Ordinal);
        Assert.Contains(LocalPool.ClientId, page.Says, StringComparison.Ordinal);
        Assert.DoesNotContain(LocalPool.ClientSecret, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(LocalPool.TemporaryPassword, page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_link_leads_to_the_login_page()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();

        var page = await browser.NavigateAsync((await browser.NavigateAsync(pool.OnDomain("/"))).Find("a.button").GetAttribute("href")!);

        Assert.Equal((HttpStatusCode.OK, "Sign in"), (page.Status, page.Find("h1").TextContent));
    }

    [Fact]
    public async Task An_added_user_must_change_the_temporary_password()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        var form = (await browser.NavigateAsync(pool.OnDomain("/"))).Form;

        await browser.SubmitAsync(form, ("username", "dave@example.com"), ("password", "Temp#Passw0rd9"));
        var page = await browser.FollowAsync();

        Assert.Contains("dave@example.com was added", page.Find("[role=status]").TextContent, StringComparison.Ordinal);
        Assert.Equal(UserStatus.ForceChangePassword, pool.Handle.Users.ByEmail("dave@example.com")!.Status);
    }

    [Theory]
    [InlineData("alice@example.com", "Temp#Passw0rd9", "exists already")]
    [InlineData("nobody", "Temp#Passw0rd9", "must be an e-mail address")]
    [InlineData("erin@example.com", "weak", "At least 8 characters")]
    public async Task A_user_that_cannot_be_added_is_told_why(string username, string password, string reason)
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        var form = (await browser.NavigateAsync(pool.OnDomain("/"))).Form;

        var page = await browser.SubmitAsync(form, ("username", username), ("password", password));

        Assert.Contains(reason, page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Equal(3, pool.Handle.Users.All.Count);
    }

    [Fact]
    public async Task Another_site_cannot_add_a_user()
    {
        await using var pool = await LocalPool.StartAsync();

        using var answer = await pool.PostAsync("/users", null, ("username", "mallory@example.com"), ("password", "Temp#Passw0rd9"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(pool.Handle.Users.ByEmail("mallory@example.com"));
    }

    [Fact]
    public async Task The_style_sheet_and_the_mark_are_served_with_their_types()
    {
        await using var pool = await LocalPool.StartAsync();

        using var css = await pool.Back.GetAsync(pool.OnDomain("/assets/pool.css"), TestContext.Current.CancellationToken);
        using var svg = await pool.Back.GetAsync(pool.OnDomain("/assets/pool.svg"), TestContext.Current.CancellationToken);

        Assert.Equal(("text/css", "image/svg+xml"), (css.Content.Headers.ContentType?.MediaType,
            svg.Content.Headers.ContentType?.MediaType));
    }
}
