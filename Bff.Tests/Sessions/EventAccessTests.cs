using System.Net;
using Bff.Sessions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>Who may open <c>/events</c>, and how often.</summary>
public sealed class EventAccessTests(SharedRedis redis)
{
    private const string Request = "GET /events HTTP/1.1";

    /// <summary>$SPA is the allowed origin; all have the genuine cookie.</summary>
    public static TheoryData<string> Refused =>
    [
        "Accept: text/event-stream", "Accept: text/event-stream|Origin: https://evil.example", "Accept: text/event-stream|Origin: null",
        "Accept: text/event-stream|Origin: $SPA|Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: cors",
        "Accept: text/event-stream|Sec-Fetch-Site: same-origin",
        "Accept: text/event-stream|Sec-Fetch-Site: same-site|Sec-Fetch-Mode: cors", "Accept: */*|Origin: $SPA",
        "X-CSRF: 1|Origin: https://evil.example",
    ];

    [Theory, MemberData(nameof(Refused)), Row("CSR-11", "CSR-03", "CSR-08")]
    public async Task What_another_page_could_open_is_refused(string row)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        var answer = await RawHttp.SendAsync(system.Url, Request,
            [.. row.Replace("$SPA", system.Spa.Origin(), StringComparison.Ordinal).Split('|'), "Cookie: " + OpenStream.Cookie(browser)]);

        Assert.Equal(403, RawHttp.Status(answer));
        Assert.DoesNotContain("event:", answer, StringComparison.Ordinal);
    }

    [Fact, Row("COR-02", "COR-03")]
    public async Task The_SPA_and_a_client_with_the_header_open_it_and_only_the_SPA_may_read_it()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        using var page = await PageEvents.OpenAsync(system, browser);
        Assert.Equal([system.Spa.Origin()], page.Response.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal(["true"], page.Response.Headers.GetValues("Access-Control-Allow-Credentials"));

        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Get,
            new Uri(system.Url, "/events"))
        { Headers = { { "X-CSRF", "1" }, { "Cookie", OpenStream.Cookie(browser) } } };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory, Row("SES-11", "SES-06"), InlineData(null), InlineData("garbage"), InlineData("$ENDED")]
    public async Task Without_a_session_it_is_401_as_problem_and_the_browser_stays_away(string? cookie)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        if (cookie == "$ENDED")
        {
            cookie = browser.Cookie(The.SessionCookie)!.Value;
            await browser.LogoutAsync(system);
        }

        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = OpenStream.EventRequest(new Uri(system.Url, "/events"), cookie is null ? null
            : $"{The.SessionCookie}={cookie}", system.Spa.Origin());
        await (await client.SendAsync(request, TestContext.Current.CancellationToken))
            .ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
    }

    [Fact, Row("OPS-02")]
    public async Task While_Redis_is_away_it_is_503_and_not_the_end()
    {
        await using var own = await RedisServer.StartNewAsync(appendOnly: true);
        await using var system = await BffSystem.StartAsync(own.Configuration);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var open = await PageEvents.OpenAsync(system, browser);
        await own.StopAsync();

        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        await (await PageEvents.SendAsync(client, system.Url, system.Spa, browser))
            .ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");

        // An open stream stays open, and gets the events that follow.
        await own.StartAsync();
        await Poll.UntilAsync(async () => (await browser.LogoutAsync(system)).IsSuccessStatusCode);
        await open.NextAsync("session-ended");
    }

    [Fact, Row("HTP-11")]
    public async Task One_session_has_a_limited_number_of_streams_and_a_closed_one_makes_room()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        using var other = system.Browser();
        await browser.SignInAsync(system);
        await other.SignInAsync(system);
        var open = new List<PageEvents>();
        try
        {
            for (var i = 0; i < EventsEndpoint.StreamsPerSession; i++) open.Add(await PageEvents.OpenAsync(system, browser));

            using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
            await (await PageEvents.SendAsync(client, system.Url, system.Spa, browser))
                .ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
            using var others = await PageEvents.OpenAsync(system, other);

            open[0].Dispose();
            await Poll.UntilAsync(async () => (await PageEvents.SendAsync(client, system.Url, system.Spa, browser)).IsSuccessStatusCode);
        }
        finally
        {
            open.ForEach(page => page.Dispose());
        }
    }
}
