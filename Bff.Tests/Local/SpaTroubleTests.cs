using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace Bff.Tests.Local;

/// <summary>What a person sees in the single-page application when the BFF refuses or cannot.</summary>
public sealed class SpaTroubleTests(Chromium chromium) : OpenedSpa(chromium)
{
    [Theory]
    [InlineData("access_denied", "The sign-in was cancelled.")]
    [InlineData("login_expired", "The sign-in took too long. Please try again.")]
    [InlineData("<img src=x onerror=alert(1)>", "The sign-in did not work. Please try again.")]
    public async Task A_failed_sign_in_is_told_once_and_taken_out_of_the_address(string code, string message)
    {
        SignedOut();
        await page.GotoAsync($"{Origin}/orders?x=1&login_error={Uri.EscapeDataString(code)}");

        await Expect("#notice", message);
        Assert.Equal(Origin + "/orders?x=1", page.Url);

        await page.ReloadAsync();
        await Assertions.Expect(Button("Sign in")).ToBeVisibleAsync();
        await Expect("#notice", "");
    }

    [Theory]
    [InlineData(503, "store_unavailable")]
    [InlineData(429, "rate_limited")]
    public async Task What_is_temporarily_unavailable_keeps_the_view_and_is_tried_again(int status, string code)
    {
        var calls = 0;
        bff.Answers["POST /refresh"] = http =>
        {
            http.Response.Headers.RetryAfter = "1";
            return ++calls == 1 ? StubBff.Problem(status, code) : StubBff.Me(TimeProvider.System.GetUtcNow());
        };
        await page.GotoAsync(Origin);

        await Button("Refresh").ClickAsync();

        await Expect("#notice", "Temporarily unavailable. Trying again in 1 s.");
        await Expect("#email", "alice@example.com");
        await Expect("#notice", "The session is refreshed.");
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task A_session_that_ended_leads_to_the_sign_in_view_and_its_heading()
    {
        await page.GotoAsync(Origin);
        await Expect("#email", "alice@example.com");
        bff.Answers["POST /refresh"] = _ => StubBff.Problem(401, "session_ended");

        await Button("Refresh").ClickAsync();

        await Expect("#notice", "Your session has ended.");
        await Assertions.Expect(Button("Sign in")).ToBeVisibleAsync();
        Assert.Equal("signed-out-title", await page.EvaluateAsync<string>("document.activeElement.id"));
        Assert.DoesNotContain("alice", await page.ContentAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "")]
    [InlineData(403, "csrf")]
    [InlineData(502, "api_unreachable")]
    public async Task Any_other_failure_is_told_and_the_session_stays_in_view(int status, string code)
    {
        bff.Answers["GET /api/hello"] = _ => code.Length == 0 ? TypedResults.StatusCode(status) : StubBff.Problem(status, code);
        await page.GotoAsync(Origin);

        await Button("Call the API").ClickAsync();

        await Assertions.Expect(page.Locator("#notice")).ToContainTextAsync(code.Length == 0 ? $"({status})" : $"({code})");
        await Expect("#email", "alice@example.com");
    }
}
