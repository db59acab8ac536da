using System.Net;
using System.Text.Json.Nodes;
using System.Web;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace Bff.Tests.SignIn;

/// <summary>The provider's reason reaches the operator's log, and only our own codes reach the SPA.</summary>
[Row("CB-16", "CB-18", "LOG-01", "LOG-04")]
public sealed class ProviderWordsTests(SharedRedis redis)
{
    [Theory]
    [InlineData("invalid_request", "PreSignUp failed with error Only @example.com may sign up.", "login_failed")]
    [InlineData("invalid_request", "attributes required: [email]", "login_failed")]
    [InlineData("invalid_request", "User is not enabled", "login_failed")]
    [InlineData("invalid_request", "Already found an entry for username google_あ", "login_failed")]
    [InlineData("unauthorized_client", null, "login_failed")]
    [InlineData("access_denied", "the person pressed Cancel", "access_denied")]
    [InlineData("server_error", "IdP timeout", "provider_unavailable")]
    [InlineData("login_required", null, "login_required"), InlineData("interaction_required", "x", "login_required")]
    [InlineData("consent_required", "", "login_required"), InlineData("account_selection_required", "x", "login_required")]
    [InlineData("Login_Required", "x", "login_failed"), InlineData("login_required ", "x", "login_failed")]
    public async Task The_reason_at_the_callback_is_in_the_log_and_our_code_in_the_URL(string error, string? description, string code)
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        var words = description is null ? "" : "&error_description=" + Uri.EscapeDataString(description);

        var page = await browser.NavigateAsync(Failing(target, callback, $"error={Uri.EscapeDataString(error)}{words}"), typed: true);

        target.AssertFailed(page.Response, error, code);
        var line = Line(target, "came back without a code");
        Assert.EndsWith(
            $"({code}). The provider's text: error \"{error}\", error_description \"{description}\".", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_or_hostile_reason_is_one_short_line()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        var text = "a\r\ninfo: forged\u0085\u2028\u202e\u001b[2J\"" + new string('x', 2000);

        await browser.NavigateAsync(
            Failing(target, callback, $"error={Uri.EscapeDataString(text)}&error_description={Uri.EscapeDataString(text)}"), typed: true);

        var printed = ("a??info: forged????[2J'" + new string('x', 300))[..300];
        Assert.EndsWith(
            $"error \"{printed}\", error_description \"{printed}\".", Line(target, "came back without a code"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_sent_to_the_provider_is_not_in_the_log_when_the_callback_repeats_it()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        var request = target.Provider.Requests.Last(request => request.Path == TestProvider.Authorize);
        var authorize = HttpUtility.ParseQueryString(request.Query);
        string[] secrets = [SignInTarget.StateIn(callback), authorize["nonce"]!, TestProvider.ClientSecret, "the-code-itself"];
        var text = Uri.EscapeDataString(string.Join(" and ", secrets));

        await browser.NavigateAsync(Failing(target, callback, $"error={text}&error_description={text}&code=the-code-itself"), typed: true);

        Assert.Contains(
            "error_description \"*** and *** and *** and ***\"", Line(target, "came back without a code"), StringComparison.Ordinal);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, target.System.Logs.All, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_reason_of_a_callback_that_belongs_to_no_sign_in_is_not_in_the_log()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        await browser.SignInUpToCallbackAsync(target.System);

        await browser.NavigateAsync(
            new Uri(target.System.Url, "/callback?error=forged&error_description=forged&state=unknown"), typed: true);
        await browser.NavigateAsync(new Uri(target.System.Url, "/callback?error=forged&error_description=forged"), typed: true);

        Assert.DoesNotContain("forged", target.System.Logs.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client_secret_post"), InlineData("client_secret_basic")]
    public async Task What_was_sent_is_not_in_the_log_when_the_token_endpoint_repeats_it(string authentication)
    {
        await using var target = await SignInTarget.StartAsync(
            redis, ("Oidc:ClientAuthentication", authentication), ("Oidc:ClientSecret", "a+b/c=:é secret"));
        using var browser = target.System.Browser();
        await browser.SignInAsync(target.System);
        target.Provider.Answer(TestProvider.Token, context => EchoAsync(target.Provider, context));
        target.Provider.Answer(TestProvider.Revoke, context => EchoAsync(target.Provider, context));

        target.System.Time.Advance(TimeSpan.FromMinutes(5));
        await browser.RefreshAsync(target.System);
        Line(target, "refused the refresh_token request: status 400");
        await browser.LogoutAsync(target.System);
        Line(target, "could not be revoked: status 400");
        await browser.SignInUpToCallbackAsync(target.System);
        await browser.FollowAsync();
        Line(target, "refused the authorization_code request: status 400");

        string[] names = ["code", "code_verifier", "refresh_token", "token", "client_secret"];
        var sent = target.Provider.Requests.SelectMany(request => names.Select(name => request.Form[name]));
        var basic = target.Provider.Requests.Select(request => request.Authorization?["Basic ".Length..]);
        var secrets = sent.Concat(basic).Append("a+b/c=:é secret").OfType<string>().ToList();
        Assert.True(secrets.Count > 5);
        foreach (var secret in secrets.SelectMany(secret => new[] { secret, Uri.EscapeDataString(secret), WebUtility.UrlEncode(secret) }))
            Assert.DoesNotContain(secret, target.System.Logs.All, StringComparison.Ordinal);
    }

    /// <summary>Repeats the last request, as it was and parameter by parameter.</summary>
    private static async Task EchoAsync(TestProvider provider, HttpContext context)
    {
        var request = provider.Requests.Last();
        var said = $"{string.Join(' ', request.Form.AllKeys.Select(name => request.Form[name]))} {request.Authorization} {request.Body}";
        context.Response.StatusCode = 400;
        await context.Response.WriteAsync(
            new JsonObject { ["error"] = "invalid_request", ["error_description"] = said }.ToJsonString(), context.RequestAborted);
    }

    private static Uri Failing(SignInTarget target, Uri callback, string query) => new(
        target.System.Url, $"/callback?{query}&state={SignInTarget.StateIn(callback)}");

    private static string Line(SignInTarget target, string part) => Assert.Single(
        target.System.Logs.Events, line => line.Message.Contains(part, StringComparison.Ordinal)).Message;
}
