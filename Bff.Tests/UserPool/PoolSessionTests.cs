namespace Bff.Tests.UserPool;

/// <summary>The pool's own session, in the cookie <c>cognito</c>.</summary>
public sealed class PoolSessionTests
{
    [Fact]
    public async Task A_live_session_gets_its_code_without_a_page_and_keeps_its_auth_time()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        await pool.SignInAsync(browser);
        var signedInAt = pool.Time.GetUtcNow().ToUnixTimeSeconds();
        pool.Time.Advance(TimeSpan.FromMinutes(10));

        var back = await browser.NavigateAsync(pool.AuthorizeUrl(), typed: true);

        using var answer = await pool.TokenAsync(("grant_type", "authorization_code"), ("code", LocalPool.CodeIn(back)),
            ("redirect_uri", LocalPool.Callback));
        var token = Jwt.Read((await LocalPool.ReadAsync(answer))["id_token"]);
        Assert.Equal((signedInAt, signedInAt + 600), (token.Number("auth_time"), token.Number("iat")));
    }

    [Fact]
    public async Task A_session_ends_an_hour_after_the_sign_in_however_it_is_used()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        await pool.SignInAsync(browser);
        pool.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.True(LocalPool.IsApplication((await browser.NavigateAsync(pool.AuthorizeUrl(), typed: true)).Location));
        pool.Time.Advance(TimeSpan.FromMinutes(1));

        var redirect = await browser.NavigateAsync(pool.AuthorizeUrl(), typed: true);

        Assert.Equal("/login", redirect.Location.AbsolutePath);
    }

    [Fact]
    public async Task The_cookie_is_HttpOnly_and_Lax_and_lives_an_hour()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();

        await pool.SignInAsync(browser);

        var cookie = browser.Cookie("cognito")!;
        Assert.Equal((true, "Lax", "/", pool.Time.GetUtcNow().AddHours(1)),
            (cookie.HttpOnly, cookie.SameSite, cookie.Path, cookie.ExpiresAt));
    }

    [Theory]
    [InlineData("prompt", "login")]
    [InlineData("max_age", "60")]
    public async Task Some_requests_ask_for_the_password_although_there_is_a_session(string parameter, string value)
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        await pool.SignInAsync(browser);
        pool.Time.Advance(TimeSpan.FromMinutes(5));

        var redirect = await browser.NavigateAsync(pool.AuthorizeUrl((parameter, value)), typed: true);

        Assert.Equal("/login", redirect.Location.AbsolutePath);
    }

    [Fact]
    public async Task A_session_young_enough_for_max_age_is_not_asked_again()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        await pool.SignInAsync(browser);

        var redirect = await browser.NavigateAsync(pool.AuthorizeUrl(("max_age", "60")), typed: true);

        Assert.True(LocalPool.IsApplication(redirect.Location));
    }

    [Fact]
    public async Task Prompt_none_gets_a_code_when_there_is_a_session()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        await pool.SignInAsync(browser);

        var redirect = await browser.NavigateAsync(pool.AuthorizeUrl(("prompt", "none")), typed: true);

        Assert.NotEmpty(LocalPool.CodeIn(redirect));
    }

    [Fact]
    public async Task The_login_page_visited_directly_offers_to_go_on_as_who_is_signed_in()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();
        await pool.SignInAsync(browser);

        var page = await browser.NavigateAsync(pool.OnDomain("/login" + pool.AuthorizeUrl().Query), typed: true);
        var back = await browser.NavigateAsync(page.Find(".note a").GetAttribute("href")!);

        Assert.Contains("You are signed in as carol@example.com", page.Says, StringComparison.Ordinal);
        Assert.True(LocalPool.IsApplication(back.Location));
    }
}
