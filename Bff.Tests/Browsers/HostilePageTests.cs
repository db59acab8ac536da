using System.Text.Json;
using Bff.Tests.Hosting;
using static Bff.Tests.Browsers.HostileScripts;

namespace Bff.Tests.Browsers;

/// <summary>
/// A signed-in person opens a page that means harm, in a real browser: from another site, and from a sibling origin whose requests
/// carry the cookie.
/// </summary>
public sealed class HostilePageTests(Chromium chromium, SharedRedis redis)
{
    private static readonly string[] Paths =
        ["/me", "/refresh", "/logout", "/sessions", "/events", "/api/hello", "/api/echo", "/login", "/callback?code=x&state=y",
        "/swagger/index.html", "/openapi.yaml"];

    private static readonly string[] Endpoints =
        ["/me", "/refresh", "/logout", "/sessions", "/events", "/api/{**catch-all}", "/login", "/callback"];

    [Theory]
    [Row("CSR-01", "CSR-02", "CSR-03", "CSR-04", "CSR-05", "CSR-11", "COR-01", "LGN-08")]
    [InlineData("foreign")]
    [InlineData("sibling")]
    public async Task No_page_of_another_origin_does_or_reads_anything(string from)
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        await using var hostile = await HostilePage.StartAsync();
        await (await visit.OpenSpaAsync()).SignInAsync();
        var session = (await visit.CookieAsync(The.SessionCookie)).Value;
        var grants = visit.Tap.Grants.Count;
        var before = visit.Logs.Lines.Count;
        var page = await visit.Context.NewPageAsync();
        await page.GotoAsync((from == "foreign" ? hostile.Foreign : hostile.Sibling).AbsoluteUri);
        var settings = new object[] { visit.Bff.GetLeftPart(UriPartial.Authority), Paths };

        string[] read = [.. await page.EvaluateAsync<string[]>(Fetches, settings), .. await page.EvaluateAsync<string[]>(Embeds, settings)];

        Assert.Empty(read);
        Assert.Equal(session, (await visit.CookieAsync(The.SessionCookie)).Value);
        Assert.Equal(grants, visit.Tap.Grants.Count);
        // Since the page was opened no session was used and no sign-in begun: all that came through was refused.
        var done = visit.Logs.Lines.Skip(before).Where(line =>
            Endpoints.Any(endpoint =>
            line.Contains($" {endpoint} ", StringComparison.Ordinal) && line.Contains(" in ", StringComparison.Ordinal))).ToList();
        Assert.True(done.Count > 100, $"{done.Count} requests came through");
        Assert.All(done, line => Assert.Matches(@" (204|400|403|405) in ", line));

        // The SPA's own page does it all.
        var spa = await visit.OpenSpaAsync();
        await spa.SeesSignedInAsync(Person.WithPassword);
        await spa.CallApiAsync();
    }

    [Fact]
    [Row("CSR-02", "COR-01", "HTP-04")]
    public async Task A_window_of_the_BFF_that_a_hostile_page_opens_tells_it_nothing()
    {
        await using var visit = await Visit.StartAsync(chromium, redis);
        await using var hostile = await HostilePage.StartAsync();
        await (await visit.OpenSpaAsync()).SignInAsync();
        var page = await visit.Context.NewPageAsync();
        await page.GotoAsync(hostile.Sibling.AbsoluteUri);

        foreach (var path in new[] { "/me", "/refresh", "/logout", "/api/hello", "/nothing", "/swagger/index.html" })
        {
            var seen = await page.EvaluateAsync<JsonElement>("""
                async (url) => {
                  const opened = window.open(url);
                  const until = performance.now() + 10000;
                  // Cut off by the Cross-Origin-Opener-Policy, the window counts as closed for its opener.
                  while (opened && !opened.closed && performance.now() < until) await new Promise((done) => setTimeout(done, 20));
                  let text = null;
                  try { text = opened.document.body.innerText; } catch { }
                  return { cut: !opened || opened.closed, text: text || null };
                }
                """, new Uri(visit.Bff, path).AbsoluteUri);

            Assert.True(seen.GetProperty("cut").GetBoolean(), path);
            Assert.Equal(JsonValueKind.Null, seen.GetProperty("text").ValueKind);
        }
        await (await visit.OpenSpaAsync()).SeesSignedInAsync(Person.WithPassword);
    }
}
