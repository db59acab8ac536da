using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>A sign-in that ends for what happened before it came back leaves a line in the log too.</summary>
[Row("LOG-05")]
public sealed class LateSignInTests(SharedRedis redis)
{
    [Fact]
    public async Task One_line_says_that_the_browser_is_another_one_or_comes_too_late()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        using var stranger = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        await stranger.SignInUpToCallbackAsync(target.System);

        await target.AssertOneLineAsync(stranger, callback.PathAndQuery, "unknown_state");
        using var fresh = target.System.Browser();
        await target.AssertOneLineAsync(fresh, callback.PathAndQuery, "no_login_cookie");
        browser.Cookies.Put(browser.Cookie(The.LoginCookie)! with { ExpiresAt = null });
        target.System.Time.Advance(TimeSpan.FromMinutes(16));
        await target.AssertOneLineAsync(browser, callback.PathAndQuery, "unknown_state");
    }

    [Fact]
    public async Task One_line_says_that_a_callback_came_again_and_how_it_ended_before()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();

        var callback = await browser.SignInUpToCallbackAsync(target.System);
        await target.AssertOneLineAsync(browser, callback.PathAndQuery, " began.");
        await target.AssertOneLineAsync(browser, callback.PathAndQuery, "came again; the browser goes where the first led (signed in)");

        callback = await browser.SignInUpToCallbackAsync(target.System);
        await target.AssertOneLineAsync(
            browser, $"/callback?error=login_required&state={SignInTarget.StateIn(callback)}", "login_required");
        await target.AssertOneLineAsync(browser, callback.PathAndQuery, "(login_required)");
    }

    [Fact]
    public async Task One_line_says_that_keys_changed_for_the_second_time_within_the_cool_down()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        await browser.SignInAsync(target.System);
        target.Provider.Rotate(TestKey.Third);
        await browser.SignInAsync(target.System);
        target.Provider.Rotate(TestKey.Second.Named("new"));
        var callback = await browser.SignInUpToCallbackAsync(target.System);

        await target.AssertOneLineAsync(browser, callback.PathAndQuery, "(provider_unavailable): the ID token's key is unknown");
    }

    [Fact]
    public async Task One_line_says_that_the_issuer_of_the_settings_has_changed()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        target.System.Settings["Oidc:Authority"] = target.Provider.Issuer + "2";
        await target.System.RestartAsync();

        await target.AssertOneLineAsync(browser, callback.PathAndQuery, "it began at another Oidc:Authority");
    }

    [Fact]
    public async Task Without_metadata_the_cause_and_the_sign_in_that_it_ended_have_a_line_each()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        target.Provider.Answer(TestProvider.Discovery, 500, "");
        await target.System.RestartAsync();
        await target.AssertOneLineAsync(() => browser.NavigateAsync(new Uri(target.System.Url, "/login"), typed: true), "HTTP 500");

        await target.AssertOneLineAsync(browser, callback.PathAndQuery, "metadata could not be read");
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_sign_in_without_a_refresh_token_is_said_with_the_scope_that_may_bring_one(bool isEmpty)
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        target.Provider.SpoilAnswer = answer =>
        {
            if (isEmpty) answer["refresh_token"] = "";
            else answer.Remove("refresh_token");
        };

        await browser.SignInAsync(target.System);

        var line = Assert.Single(
            target.System.Logs.Lines,
            line => line.Contains("has no refresh token and ends with its access token", StringComparison.Ordinal));
        Assert.Contains("offline_access", line, StringComparison.Ordinal);
        Assert.Contains("Oidc:Scope", line, StringComparison.Ordinal);
        target.Provider.SpoilAnswer = null;
        await browser.SignInAsync(target.System);
        Assert.Single(target.System.Logs.Lines, line => line.Contains("has no refresh token", StringComparison.Ordinal));
    }
}
