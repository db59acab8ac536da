using System.Net;
using System.Text.Json.Nodes;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>What <c>/me</c> says when the claims are hostile, and to whom it says nothing.</summary>
public sealed class MeAnswerTests(SharedRedis redis)
{
    private static readonly Dictionary<string, JsonNode?> Hostile = new()
    {
        ["name"] = "</script><script>alert(1)</script>",
        ["nickname"] = "a\r\nSet-Cookie: x=y\r\n\r\n<html>",
        ["__proto__"] = new JsonObject { ["isAdmin"] = true },
        ["constructor"] = new JsonObject { ["prototype"] = new JsonObject() },
        ["session"] = new JsonObject { ["id"] = "theirs" },
        ["accessToken"] = "theirs",
        ["picture"] = "javascript:alert(1)",
        ["bidi"] = "\u202eevil\u2028\u2029\0\u001b[31m",
        ["groups"] = new JsonArray([.. Enumerable.Range(0, 2000).Select(i => (JsonNode)$"group-{i}")]),
    };

    [Fact, Row("ME-01", "ME-04", "SES-15")]
    public async Task Hostile_claims_come_back_as_the_same_text_and_harmless_in_any_page()
    {
        await using var provider = await TestProvider.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        provider.Time = system.Time;
        using var plain = system.Browser();
        await plain.SignInAsync(system);
        provider.SpoilToken = token =>
        {
            foreach (var (name, value) in Hostile) token.With(name, value?.DeepClone());
            token.Without("at_hash");
        };
        provider.SpoilAnswer = answer =>
            (answer["access_token"], answer["refresh_token"]) = (new string('a', 20_000), new string('r', 20_000));
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        using var answer = await browser.MeAsync(system);

        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var me = JsonNode.Parse(text)!;
        foreach (var (name, value) in Hostile) Assert.True(JsonNode.DeepEquals(value, me["claims"]![name]), name);
        Assert.Equal(["sub", "claims", "session", "accessToken"], me.AsObject().Select(member => member.Key));
        Assert.NotEqual("theirs", (string?)me["session"]!["id"]);
        Assert.DoesNotContain(text, character => character is '<' or '>' or '&' or '\u2028' or '\u202e' || char.IsControl(character));
        Assert.DoesNotContain("aaaaaaaa", text, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", text, StringComparison.Ordinal);
        Assert.Equal(("application/json", "utf-8"), (answer.Content.Headers.ContentType!.MediaType,
            answer.Content.Headers.ContentType.CharSet));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        // However much is in the session, the cookie stays as it is.
        Assert.Equal(plain.Cookie(The.SessionCookie)!.Value.Length, browser.Cookie(The.SessionCookie)!.Value.Length);
        Assert.InRange(The.SessionCookie.Length + browser.Cookie(The.SessionCookie)!.Value.Length, 50, 512);
    }

    [Theory, Row("ME-04")]
    [InlineData(1_000_000), InlineData(240_000)]
    public async Task A_claim_of_a_megabyte_makes_no_session(int length)
    {
        await using var provider = await TestProvider.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        provider.Time = system.Time;
        provider.SpoilToken = token => token.With("bio", new string('x', length));
        using var browser = system.Browser();

        var page = await browser.SignInAsync(system);

        Assert.Contains("login_error=", page.Location.Query, StringComparison.Ordinal);
        Assert.Null(browser.Cookie(The.SessionCookie));
        Assert.DoesNotContain(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal));
    }

    [Fact, Row("ME-02", "ME-03")]
    public async Task A_token_is_no_session_whoever_issued_it_and_however_it_is_written()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Oidc:ClientAuthentication", "client_secret_basic")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var token = TestToken.ForId(system.Pool.IssuerUrl.ToString(), system.Pool.Options.Clients[0].ClientId, system.Time.GetUtcNow(),
            "x", null).SignedBy(TestKey.First).Compact();

        foreach (var authorization in (string[])[$"Bearer {token}", $"bearer {token}", "Bearer %E0%A4%A", "Bearer", "Bearer  ",
            "Basic Og==", "Negotiate x", "DPoP x", "Bearer a\r\nAuthorization: Bearer b"])
        {
            foreach (var line in (string[])["GET /me HTTP/1.1", "GET /me?access_token=x HTTP/1.1", "GET /api/hello HTTP/1.1"])
            {
                var answer = await RawHttp.SendAsync(system.Url, line, ["X-CSRF: 1", "Authorization: " + authorization]);
                Raw.AssertAnonymous(answer, $"{line} {authorization}");
            }
        }
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
    }

    [Theory, Row("ME-05")]
    [InlineData("script", "no-cors"), InlineData("image", "no-cors"), InlineData("empty", "no-cors"), InlineData("iframe", "navigate")]
    [InlineData("empty", "cors")]
    public async Task Another_site_cannot_have_a_browser_read_it(string destination, string mode)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        // Even where the browser would send the cookie (SameSite ignored, an old browser).
        var answer = await RawHttp.SendAsync(system.Url, "GET /me HTTP/1.1",
            ["Cookie: " + Raw.Session(browser.Cookie(The.SessionCookie)!.Value), "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: "
                + mode, "Sec-Fetch-Dest: " + destination]);

        Assert.Equal(403, RawHttp.Status(answer));
        Assert.DoesNotContain(The.Alice, answer, StringComparison.Ordinal);
        Assert.Contains("Cross-Origin-Resource-Policy: same-site", answer, StringComparison.Ordinal);
        Assert.Contains("X-Content-Type-Options: nosniff", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Access-Control-Allow", answer, StringComparison.OrdinalIgnoreCase);
    }
}
