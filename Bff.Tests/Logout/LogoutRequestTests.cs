using System.Net;
using System.Text.RegularExpressions;
using System.Web;
using Bff.Tests.Hosting;

namespace Bff.Tests.Logout;

/// <summary>Who may sign a browser out, where it is sent then, and what signing out means when there is nothing left to end.</summary>
public sealed partial class LogoutRequestTests(SharedRedis redis)
{
    [Fact, Row("OUT-01", "OUT-05")]
    public async Task Nothing_in_the_request_moves_the_place_that_it_ends_at()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        foreach (var name in (string[])["returnUrl", "logout_uri", "post_logout_redirect_uri", "redirect_uri", "state", "client_id",
            "id_token_hint", "returnurl"])
        {
            await browser.SignInAsync(system);
            using var body = new FormUrlEncodedContent([new(name, "https://evil.example/")]);
            using var answer = await browser.FetchAsync(system.Spa, HttpMethod.Post,
                new Uri(system.Url, $"/logout?{name}=https://evil.example/&{name}=%0d%0aLocation:%20https://evil.example"),
            [("X-CSRF", "1")], body);

            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            var query = HttpUtility.ParseQueryString(answer.Headers.Location!.Query);
            Assert.Equal(["client_id", "logout_uri"], query.AllKeys);
            Assert.Equal((system.Pool.Options.Clients[0].ClientId, system.Spa.AbsoluteUri), (query["client_id"], query["logout_uri"]));
            Assert.DoesNotContain("evil", answer.Headers.ToString()
                + await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact, Row("OUT-06")]
    public async Task Another_site_signs_nobody_out()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var cookie = "Cookie: " + Raw.Session(browser.Cookie(The.SessionCookie)!.Value);
        string[] form = ["Content-Type: application/x-www-form-urlencoded", "Content-Length: 0"];
        (string Line, string[] Headers, int Status)[] rows =
        [
            ("GET /logout HTTP/1.1", ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"], 403),
            ("GET /logout HTTP/1.1", ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Purpose: prefetch"], 405),
            ("GET /logout HTTP/1.1", ["X-CSRF: 1"], 405),
            ("HEAD /logout HTTP/1.1", ["X-CSRF: 1"], 405),
            ("GET /logout?_method=POST HTTP/1.1", ["X-CSRF: 1", "X-HTTP-Method-Override: POST"], 405),
            ("POST /logout HTTP/1.1", [.. form, "Origin: https://evil.example"], 403),
            ("POST /logout HTTP/1.1", [.. form, "Origin: null"], 403),
            ("POST /logout HTTP/1.1", [.. form, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"], 403),
            ("POST /logout HTTP/1.1", [.. form, "Origin: https://evil.example", "X-CSRF: 1"], 403),
            ("POST /logout HTTP/1.1", ["Content-Type: text/plain", "Content-Length: 0", $"Origin: {system.Spa.Origin()}"], 403),
            ("POST /logout HTTP/1.1", ["Content-Length: 0"], 403),
            ("POST /logout HTTP/1.1", [.. form, $"Origin: {system.Spa.Origin()}.evil.example"], 403),
            ("POST /logout HTTP/1.1", [.. form, $"Origin: {system.Spa.Origin()}", "Origin: https://evil.example"], 403),
        ];

        foreach (var (line, headers, status) in rows)
        {
            var answer = await RawHttp.SendAsync(system.Url, line, [cookie, .. headers]);
            Assert.True(status == RawHttp.Status(answer), $"{line} {string.Join(' ', headers)}: {answer}");
            Assert.DoesNotContain("\nSet-Cookie:", answer, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        }
        Assert.Equal(0, system.Pool.Requests.Count("/oauth2/revoke"));
    }

    [Fact, Row("OUT-07")]
    public async Task Without_a_session_the_answer_is_the_same_and_the_provider_hears_nothing()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        using var other = system.Browser();
        await browser.SignInAsync(system);
        await other.SignInAsync(system);
        var (ended, expired) = (browser.Cookie(The.SessionCookie)!.Value, other.Cookie(The.SessionCookie)!.Value);
        var reference = Masked(await Raw.CallAsync(system, Raw.Session(ended), "POST /logout HTTP/1.1"));
        system.Time.Advance(TimeSpan.FromHours(2));
        system.Pool.Requests.Clear();

        foreach (var cookies in (string[])[Raw.Session(ended), Raw.Session(ended), Raw.Session(expired), Raw.Session("garbage"),
            Raw.Session(""), "other=1", $"{Raw.Session(ended)}; {Raw.Session(expired)}"])
        {
            Assert.Equal(reference, Masked(await Raw.CallAsync(system, cookies, "POST /logout HTTP/1.1")));
        }

        // Reading the metadata when it has aged is no request of a user.
        Assert.DoesNotContain(system.Pool.Requests.Last, request => request.Path.StartsWith("/oauth2/", StringComparison.Ordinal));
    }

    [Fact, Row("OUT-09", "OUT-11", "OUT-04")]
    public async Task An_expired_ID_token_is_still_the_hint_and_the_session_ends_first()
    {
        await using var provider = await TestProvider.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, [.. provider.Settings, ("Session:IdleTimeout", "12:00:00")]);
        provider.Time = system.Time;
        string? first = null;
        provider.SpoilAnswer = answer => first ??= (string?)answer["id_token"];
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        // Refreshed at a provider that sends no ID token then: the one of the sign-in stays the hint.
        provider.SpoilAnswer = answer => answer.Remove("id_token");
        system.Time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system)).StatusCode);
        system.Time.Advance(TimeSpan.FromHours(3));
        var cookie = browser.Cookie(The.SessionCookie)!.Value;

        var url = new Uri((string)(await (await browser.LogoutAsync(system)).JsonAsync())["logoutUrl"]!);

        // Whatever the person does at the provider now, "cancel" included.
        Assert.Equal(first, HttpUtility.ParseQueryString(url.Query)["id_token_hint"]);
        Raw.AssertAnonymous(await Raw.CallAsync(system, Raw.Session(cookie)), "after the answer");
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
        Assert.Equal(1, provider.Count(TestProvider.Revoke));
    }

    private static string Masked(string answer) => Date().Replace(answer, "");

    [GeneratedRegex("Date: [^\r]+")]
    private static partial Regex Date();
}
