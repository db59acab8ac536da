using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>The provider's text about a failure, genuine or forged, is only in the log, and there in one line.</summary>
public sealed class CallbackErrorTests(SharedRedis redis)
{
    private static readonly string[] Hostile =
    [
        "<script>evil()</script>", "\"><img src=x onerror=evil()>", "javascript:evil()", "evil\r\nSet-Cookie: evil=1",
        "evil\r\n\r\n<p>evil", "\u001b[31mevil\u001b[0m", "\u202eevil", "\0evil", "evil\u2028evil", "{evil}", "{0}evil",
        "%s%n%x evil", "${jndi:ldap://evil}", "https://evil.example/?login_error=access_denied", "evil&login_error=access_denied#evil",
        "あ😀evil", "' OR 'evil'='evil", "evil" + new string('x', 2000),
    ];

    [Fact, Row("CB-18", "CB-16", "LOG-04", "RED-13")]
    public async Task Hostile_words_in_an_error_reach_no_browser_and_leave_one_short_line()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();

        foreach (var text in Hostile)
        {
            foreach (var form in new[] { "error={0}", "error={0}&error_description={0}",
                "error=access_denied&error_description={0}&error_uri={0}", "error=server_error&error_uri={0}&x={0}&{0}={0}" })
            {
                var query = form.Replace("{0}", Uri.EscapeDataString(text), StringComparison.Ordinal);
                if (query.Length > 7000) continue;
                var state = SignInTarget.StateIn(await browser.SignInUpToCallbackAsync(target.System));
                var lines = Lines(target).Count;

                using var answer = await target.SendAsync($"/callback?{query}&state={state}",
                    [SignInTarget.LoginCookieOf(browser), ("Accept", "text/html")]);

                target.AssertFailed(answer, query, form.Contains("denied", StringComparison.Ordinal) ? "access_denied"
                    : form.Contains("server", StringComparison.Ordinal) ? "provider_unavailable" : "login_failed");
                Assert.Equal("", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                Assert.DoesNotContain("evil", answer.Headers.ToString(), StringComparison.OrdinalIgnoreCase);
                Assert.InRange(Assert.Single(Lines(target).Skip(lines)).Length, 1, 800);
            }
        }
        AssertLinesAreWhole(target);
    }

    [Fact, Row("CB-18", "CB-17")]
    public async Task Hostile_words_without_a_sign_in_get_the_page_that_everybody_gets()
    {
        await using var target = await SignInTarget.StartAsync(redis);

        foreach (var text in Hostile)
        {
            var value = Uri.EscapeDataString(text[..Math.Min(text.Length, 1000)]);
            foreach (var accept in new[] { "text/html", "application/json" })
            {
                using var answer = await target.SendAsync(
                    $"/callback?error={value}&error_description={value}&error_uri={value}&state={value}", [("Accept", accept)]);

                target.AssertRefused(answer, value);
                var said = answer.Headers + await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.DoesNotContain("evil", said, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("onerror", said, StringComparison.OrdinalIgnoreCase);
                Assert.Contains("default-src 'none'", said, StringComparison.Ordinal);
            }
        }
        Assert.DoesNotContain("evil", target.System.Logs.All, StringComparison.OrdinalIgnoreCase);
    }

    [Fact, Row("CB-18", "HTP-07")]
    public async Task An_error_of_10_KB_is_refused_and_raw_bytes_are_not_repeated()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        var callback = await browser.SignInUpToCallbackAsync(target.System);
        var start = $"GET /callback?state={SignInTarget.StateIn(callback)}&error=";

        foreach (var (error, status) in new[] { (new string('e', 10_240), 414), ("evil evil", 400) })
        {
            var answer = await RawHttp.SendAsync(target.System.Url, $"{start}{error} HTTP/1.1",
                [$"Cookie: {SignInTarget.LoginCookieOf(browser).Value}"]);

            Assert.Equal(status, RawHttp.Status(answer));
            Assert.DoesNotContain("evil", answer, StringComparison.Ordinal);
            Assert.Equal(1, target.SignIns);
        }
        foreach (var error in new[] { "evil\0", "evil\u00e9\u00ff", "evil\t", "evil\u001b[31m" })
        {
            var answer = await RawHttp.SendAsync(target.System.Url, $"{start}{error} HTTP/1.1",
                [$"Cookie: {SignInTarget.LoginCookieOf(browser).Value}"]);

            Assert.True(RawHttp.Status(answer) is 302 or 400, answer);
            Assert.DoesNotContain("evil", answer, StringComparison.Ordinal);
        }
        Assert.Equal((0, 0), (target.Sessions, target.Redeemed.Length));
        AssertLinesAreWhole(target);
    }

    [Theory, Row("CB-16", "LGN-09")]
    [InlineData("access_denied", "access_denied"), InlineData("login_required", "login_required")]
    [InlineData("interaction_required", "login_required"), InlineData("invalid_request", "login_failed")]
    [InlineData("unknown", "login_failed")]
    [InlineData("temporarily_unavailable", "provider_unavailable"), InlineData("server_error", "provider_unavailable")]
    [InlineData("ACCESS_DENIED", "login_failed"), InlineData(" access_denied", "login_failed")]
    public async Task A_sign_in_that_the_provider_refuses_is_spent_and_leaves_the_session_alone(string error, string code)
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        await browser.SignInAsync(target.System);
        var callback = await browser.SignInUpToCallbackAsync(target.System);

        var page = await browser.NavigateAsync(new Uri(target.System.Url,
            $"/callback?error={Uri.EscapeDataString(error)}&state={SignInTarget.StateIn(callback)}"), typed: true);
        target.AssertFailed(page.Response, error, code, sessions: 1, redeemed: 1);
        target.AssertFailed((await browser.NavigateAsync(callback, typed: true)).Response, "the code afterwards", code, sessions: 1,
            redeemed: 1);

        Assert.Equal(0, target.SignIns);
        Assert.Equal(0, target.Provider.Count(TestProvider.Revoke));
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(target.System)).StatusCode);
    }

    private static void AssertLinesAreWhole(SignInTarget target) =>
        Assert.All(Lines(target), line =>
            Assert.DoesNotContain(line, character => char.IsControl(character) || character is '\u2028' or '\u202e'));

    /// <summary>The BFF's own lines about the sign-in; the line about the request has its own tests.</summary>
    private static List<string> Lines(SignInTarget target) =>
        [.. target.System.Logs.Lines.Where(line => line.Contains(" Bff.SignIn.", StringComparison.Ordinal))];
}
