using System.Net;

namespace Bff.Tests.UserPool;

public sealed class AuthorizeTests
{
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    [Fact]
    public async Task A_correct_request_goes_on_to_the_sign_in_page_with_the_same_query()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();

        var answer = await browser.NavigateAsync(pool.AuthorizeUrl(("nonce", "n"), ("response_mode", "form_post")));

        Assert.Equal(HttpStatusCode.Found, answer.Status);
        Assert.Equal("/login" + answer.Url.Query, answer.Location.PathAndQuery);
    }

    [Theory]
    [InlineData("response_type", null, "?error=invalid_request&state=S")]
    [InlineData("response_type", "id_token", "?error=invalid_request&state=S")]
    [InlineData("response_type", "token", "?error=unauthorized_client&state=S")]
    [InlineData("code_challenge", Challenge, "?error=invalid_request&state=S")]
    [InlineData("code_challenge_method", "S256", "?error=invalid_request&state=S")]
    [InlineData("scope", "openid payments", "?error_description=invalid_scope&state=S&error=invalid_request")]
    [InlineData("scope", "email", "?error_description=invalid_scope&state=S&error=invalid_request")]
    [InlineData("prompt", "none", "?error=login_required&state=S")]
    [InlineData("identity_provider", "Google", "?error_description=Login%20option%20is%20not%20available."
        + "%20Please%20try%20another%20one&state=S&error=invalid_request")]
    public async Task A_wrong_request_of_a_known_client_is_told_to_its_callback(string parameter, string? value, string answer)
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();

        var redirect = await browser.NavigateAsync(pool.AuthorizeUrl((parameter, value)));

        Assert.Equal(HttpStatusCode.Found, redirect.Status);
        Assert.Equal(LocalPool.Callback + answer, redirect.Response.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_plain_code_challenge_is_refused()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();

        var redirect = await browser.NavigateAsync(pool.AuthorizeUrl(("code_challenge", Challenge), ("code_challenge_method", "plain")));

        Assert.Equal(LocalPool.Callback + "?error=invalid_request&state=S", redirect.Location.AbsoluteUri);
    }

    [Theory]
    [InlineData("redirect_uri", "http://localhost:5000/callback/")]
    [InlineData("redirect_uri", "http://localhost:5001/callback")]
    [InlineData("redirect_uri", "http://LOCALHOST:5000/callback")]
    [InlineData("redirect_uri", "https://evil.example/")]
    [InlineData("redirect_uri", null)]
    [InlineData("client_id", "nobody")]
    [InlineData("client_id", null)]
    public async Task Without_a_client_and_redirect_URI_to_believe_the_browser_ends_on_the_error_page(string parameter, string? value)
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();

        var redirect = await browser.NavigateAsync(pool.AuthorizeUrl((parameter, value)));
        var page = await browser.FollowAsync();

        Assert.StartsWith("/error?error=redirect_mismatch&client_id=", redirect.Response.Headers.Location!.OriginalString,
            StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Contains("An error was encountered with the requested page.", page.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_without_OAuth_flows_ends_on_the_error_page()
    {
        await using var pool = await LocalPool.StartAsync(options => options.Clients[0].AllowedOAuthFlowsUserPoolClient = false);
        using var browser = pool.Browser();

        var redirect = await browser.NavigateAsync(pool.AuthorizeUrl());

        Assert.StartsWith("/error?error=invalid_request", redirect.Response.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_without_branding_has_no_login_page()
    {
        await using var pool = await LocalPool.StartAsync(options => options.Clients[0].ManagedLoginBranding = false);
        using var browser = pool.Browser();

        await browser.NavigateAsync(pool.AuthorizeUrl());
        var page = await browser.FollowAsync();

        Assert.Equal("Login pages unavailable", page.Find("h1").TextContent);
    }

    [Theory]
    [InlineData("""{"return":"/a"}""")]
    [InlineData("""["a"]""")]
    public async Task A_state_of_JSON_earns_an_empty_400(string state)
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();

        var answer = await browser.NavigateAsync(pool.AuthorizeUrl(("state", state)));

        Assert.Equal((HttpStatusCode.BadRequest, ""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Only_GET_is_allowed()
    {
        await using var pool = await LocalPool.StartAsync();

        using var response = await pool.PostAsync("/oauth2/authorize", null, ("client_id", LocalPool.ClientId));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Fact]
    public async Task An_answer_without_state_follows_a_request_without_state()
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();

        var back = await pool.SignInAsync(browser, ("state", null));

        Assert.Matches("""^\?code=[0-9a-f-]{36}$""", back.Location.Query);
    }

    [Fact]
    public async Task Without_scope_all_scopes_of_the_client_are_granted()
    {
        await using var pool = await LocalPool.StartAsync();

        var tokens = await pool.TokensAsync(("scope", null));

        Assert.Equal("email openid phone profile", Jwt.Read(tokens["access_token"]).Text("scope"));
    }
}
