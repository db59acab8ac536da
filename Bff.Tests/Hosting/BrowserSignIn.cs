using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Bff.Tests.Hosting;

/// <summary>What a person and the SPA do with the BFF, in their words.</summary>
internal static class BrowserSignIn
{
    /// <summary>
    /// From the SPA to the BFF, through the user pool's sign-in page, up to the redirect that leads back to the callback.
    /// </summary>
    public static async Task<Uri> SignInUpToCallbackAsync(this Browser browser, BffSystem system, string user = The.Alice,
        string? returnUrl = null, Uri? at = null)
    {
        var query = returnUrl is null ? "" : "?returnUrl=" + Uri.EscapeDataString(returnUrl);
        await browser.NavigateAsync(new Uri(at ?? system.Url, "/login" + query), typed: true);
        var page = await browser.FollowAllAsync(IsCallback);
        // A user with a session at the user pool is not asked to sign in.
        if (page.IsRedirect) return page.Location;
        var answer = await browser.SubmitAsync(page.Form, ("username", user), ("password", The.Password));
        while (answer.IsRedirect && !IsCallback(answer.Location)) answer = await browser.FollowAsync();
        Assert.True(answer.IsRedirect, answer.Says);
        return answer.Location;
    }

    /// <summary>All the way: the browser stands before the redirect to the SPA, with its session cookie.</summary>
    public static async Task<BrowserPage> SignInAsync(this Browser browser, BffSystem system, string user = The.Alice,
        string? returnUrl = null)
    {
        await browser.SignInUpToCallbackAsync(system, user, returnUrl);
        var page = await browser.FollowAsync();
        Assert.True(page.Status == HttpStatusCode.Found, page.Text);
        return page;
    }

    /// <summary>A call of the SPA's script, with the header and the cookie.</summary>
    public static Task<HttpResponseMessage> CallAsync(this Browser browser, BffSystem system, HttpMethod method, string path,
        Uri? at = null, HttpContent? body = null) =>
        browser.FetchAsync(system.Spa, method, new Uri(at ?? system.Url, path), [("X-CSRF", "1")], body);

    public static Task<HttpResponseMessage> MeAsync(this Browser browser, BffSystem system, Uri? at = null) =>
        browser.CallAsync(system, HttpMethod.Get, "/me", at);

    public static Task<HttpResponseMessage> RefreshAsync(this Browser browser, BffSystem system, Uri? at = null) =>
        browser.CallAsync(system, HttpMethod.Post, "/refresh", at);

    public static Task<HttpResponseMessage> LogoutAsync(this Browser browser, BffSystem system, Uri? at = null) =>
        browser.CallAsync(system, HttpMethod.Post, "/logout", at);

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response) =>
        await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken)
            ?? throw new InvalidOperationException("The body is null.");

    /// <summary>The problem that the answer is; everything that every problem has is checked here.</summary>
    public static async Task<JsonNode> ProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        // A stream that should have been refused has no end to wait for.
        var text = response.Content.Headers.ContentType?.MediaType is "text/event-stream" ? "(a stream)"
            : await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == response.StatusCode, $"expected {status} {code}, got {response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal(code, (string?)problem["code"]);
        Assert.Equal((int)status, (int?)problem["status"]);
        Assert.Equal("urn:bff:problem:" + code, (string?)problem["type"]);
        Assert.False(string.IsNullOrEmpty((string?)problem["title"]));
        Assert.False(string.IsNullOrEmpty((string?)problem["detail"]));
        Assert.False(string.IsNullOrEmpty((string?)problem["traceId"]));
        Assert.Equal(status == HttpStatusCode.Unauthorized, problem["loginUrl"] is not null);
        return problem;
    }

    private static bool IsCallback(Uri url) => url.AbsolutePath == "/callback";
}
