using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>A person signs in at the user pool, whose code and ID token are judged, and has a session.</summary>
public sealed class SignInTests(SharedRedis redis)
{
    [Fact, Row("RED-18", "CB-20")]
    public async Task A_person_who_signs_in_comes_back_to_where_they_were()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();

        var done = await browser.SignInAsync(system, returnUrl: "/orders?x=%2F%2Fz&y=1#top");

        Assert.Equal(system.Spa.Origin() + "/orders?x=%2F%2Fz&y=1#top", done.Response.Headers.Location!.OriginalString);
        var me = await (await browser.MeAsync(system)).JsonAsync();
        Assert.Equal(The.Alice, (string?)me["claims"]!["email"]);
    }

    [Fact, Row("SES-01", "SES-15")]
    public async Task The_session_cookie_is_strict_and_no_script_reads_it()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();

        var page = await browser.SignInAsync(system);

        var line = Assert.Single(page.Response.Headers.GetValues("Set-Cookie"));
        Assert.Matches("^__Host-bff=[A-Za-z0-9_-]+; path=/; secure; samesite=strict; httponly$", line);
        Assert.True(line.Length < 400, $"{line.Length} characters");
    }

    [Theory, Row("TOK-01")]
    [InlineData("client_secret_post")]
    [InlineData("client_secret_basic")]
    public async Task The_code_is_redeemed_with_one_client_authentication_and_the_verifier(string authentication)
    {
        await using var system = await BffSystem.StartAsync(redis, [("Oidc:ClientAuthentication", authentication)]);
        using var browser = system.Browser();

        await browser.SignInAsync(system);

        var request = Assert.Single(system.Pool.Requests.TokenRequests);
        Assert.Equal("authorization_code", request.GrantType);
        Assert.Equal(system.Url.Origin() + "/callback", request.Form["redirect_uri"]);
        Assert.Equal(43, request.Form["code_verifier"].Length);
        Assert.Equal("", request.Query);
        Assert.Equal(authentication == "client_secret_basic", request.Headers.ContainsKey("Authorization"));
        Assert.Equal(authentication == "client_secret_post", request.Form.ContainsKey("client_secret"));
    }

    [Theory]
    [InlineData("nonce", "\"other\"")]
    [InlineData("nonce", null)]
    [InlineData("aud", "\"other\"")]
    [InlineData("iss", "\"https://evil.example\"")]
    [InlineData("token_use", "\"access\"")]
    [InlineData("at_hash", "\"AAAAAAAAAAAAAAAAAAAAAA\"")]
    [InlineData("exp", "1")]
    [InlineData("sub", "7")]
    public async Task A_wrong_ID_token_signs_no_one_in_and_its_refresh_token_is_revoked(string claim, string? value)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInUpToCallbackAsync(system);
        system.Pool.Faults.Plan =
            new FaultPlan { IdToken = new() { [claim] = value is null ? null : System.Text.Json.Nodes.JsonNode.Parse(value) } };

        var page = await browser.FollowAsync();

        Assert.Contains("login_error=login_failed", page.Location.Query, StringComparison.Ordinal);
        Assert.Null(browser.Cookie(The.SessionCookie));
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        Assert.Equal(1, system.Pool.Requests.Count("/oauth2/revoke"));
    }

    [Fact]
    public async Task Keys_rotated_just_before_a_sign_in_are_read_again()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        system.Pool.Keys.Rotate();
        system.Time.Advance(TimeSpan.FromSeconds(31));
        using var second = system.Browser();
        await second.SignInAsync(system);

        Assert.Equal(HttpStatusCode.OK, (await second.MeAsync(system)).StatusCode);
    }
}
