using System.Net;
using System.Text.RegularExpressions;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>What the SPA learns of its user and session, and what it never does.</summary>
public sealed partial class MeTests(SharedRedis redis)
{
    [Fact]
    public async Task Me_says_who_is_signed_in_until_when_and_how_the_access_token_stands()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        var now = system.Time.GetUtcNow();
        await browser.SignInAsync(system, The.Bob);

        using var answer = await browser.MeAsync(system);

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        var me = await answer.JsonAsync();
        Assert.Equal(["sub", "claims", "session", "accessToken"], me.AsObject().Select(member => member.Key));
        Assert.Equal(system.Pool.Users.All.Single(user => user.Email == The.Bob).Sub, (string?)me["sub"]);
        Assert.Equal(The.Bob, (string?)me["claims"]!["email"]);
        Assert.True((bool)me["claims"]!["email_verified"]!);
        Assert.Equal("[\"admins\"]", me["claims"]!["cognito:groups"]!.ToJsonString());
        Assert.Equal(now, (DateTimeOffset)me["session"]!["createdAt"]!, TimeSpan.FromSeconds(1));
        Assert.Equal(now.AddHours(1), (DateTimeOffset)me["session"]!["idleExpiresAt"]!, TimeSpan.FromSeconds(1));
        Assert.Equal(now.AddHours(12), (DateTimeOffset)me["session"]!["expiresAt"]!, TimeSpan.FromSeconds(1));
        Assert.Equal(now.AddHours(1), (DateTimeOffset)me["accessToken"]!["expiresAt"]!, TimeSpan.FromSeconds(1));
        Assert.Equal("openid email phone", (string?)me["accessToken"]!["scope"]);
        Assert.True((bool)me["accessToken"]!["renewable"]!);
    }

    [Fact]
    [Row("ME-01")]
    public async Task Me_holds_no_token_no_protocol_claim_and_not_the_cookie()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        var text = await (await browser.MeAsync(system)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.DoesNotMatch(JwtLike(), text);
        Assert.DoesNotContain(browser.Cookie(The.SessionCookie)!.Value, text, StringComparison.Ordinal);
        foreach (var claim in "iss aud exp iat nbf nonce at_hash c_hash jti origin_jti event_id token_use azp".Split(' '))
        {
            Assert.DoesNotContain($"\"{claim}\"", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [Row("ME-02", "ME-03")]
    [InlineData(null)]
    [InlineData("garbage")]
    [InlineData("")]
    [InlineData("CfDJ8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("../../*%00")]
    public async Task Without_a_session_of_ours_the_answer_is_401_and_never_a_redirect(string? cookie)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(system.Url, "/me"));
        request.Headers.Add("X-CSRF", "1");
        request.Headers.Add("Authorization", "Bearer eyJhbGciOiJub25lIn0.e30.");
        if (cookie is not null) request.Headers.TryAddWithoutValidation("Cookie", $"{The.SessionCookie}={cookie}");

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        var problem = await answer.ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
        Assert.Equal(system.Url.Origin() + "/login", (string?)problem["loginUrl"]);
        Assert.Null(answer.Headers.Location);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    [Row("SES-04")]
    public async Task The_login_cookie_is_no_session_cookie()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        browser.Cookies.Put(browser.Cookie(The.SessionCookie)! with { Value = browser.Cookie(The.LoginCookie)!.Value });

        await (await browser.MeAsync(system)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
    }

    [Fact]
    [Row("ME-06")]
    public async Task A_claim_that_changed_at_the_user_pool_shows_after_a_refresh()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        system.Time.Advance(TimeSpan.FromSeconds(10));

        system.Pool.Faults.Plan = new FaultPlan { IdToken = new() { ["email"] = "alice@new.example" } };
        await browser.RefreshAsync(system);

        Assert.Equal("alice@new.example", (string?)(await (await browser.MeAsync(system)).JsonAsync())["claims"]!["email"]);
    }

    [GeneratedRegex("eyJ[A-Za-z0-9_-]{10,}")]
    private static partial Regex JwtLike();
}
