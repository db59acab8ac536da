using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Bff.Tests.Hosting;

/// <summary>The browser model's own behaviour, on a network whose answers the test sets.</summary>
public sealed class BrowserTests : IDisposable
{
    private static readonly Uri Spa = new("http://localhost:5173/");
    private static readonly Uri Bff = new("http://localhost:5000/me");
    private static readonly Uri Foreign = new("http://127.0.0.1:5001/login");
    private readonly Script network = new();
    private readonly Browser browser;

    public BrowserTests() => browser = new Browser(new FakeTimeProvider(), network);

    public void Dispose()
    {
        browser.Dispose();
        network.Dispose();
    }

    [Fact]
    public async Task A_typed_address_has_no_initiator_and_a_link_has_one()
    {
        await browser.NavigateAsync(Spa, typed: true);
        await browser.NavigateAsync(Bff);
        await browser.NavigateAsync(Foreign);

        Assert.Equal(["none", "same-site", "cross-site"], network.Seen.Select(request => Header(request, "Sec-Fetch-Site")));
        Assert.All(network.Seen, request =>
            Assert.Equal(("navigate", "document"), (Header(request, "Sec-Fetch-Mode"), Header(request, "Sec-Fetch-Dest"))));
    }

    [Fact]
    public async Task It_stops_at_a_redirect_and_the_page_before_remains_the_initiator()
    {
        await browser.NavigateAsync(Foreign, typed: true);
        network.Answer = request => request.RequestUri == Bff ? Redirect("http://localhost:5173/") : Ok();
        var stop = await browser.NavigateAsync(Bff);

        Assert.True(stop.IsRedirect);
        Assert.Equal(Foreign, browser.Shown!.Url);
        Assert.Equal("cross-site", Header(network.Seen[^1], "Sec-Fetch-Site"));

        await browser.FollowAsync();
        Assert.Equal(("cross-site", Spa), (Header(network.Seen[^1], "Sec-Fetch-Site"), browser.Shown!.Url));
    }

    [Fact]
    public async Task From_another_site_a_Strict_cookie_is_not_sent_and_a_Lax_one_is()
    {
        network.Answer = _ => Ok(["strict=1; SameSite=Strict", "lax=1; SameSite=Lax"]);
        await browser.NavigateAsync(Bff, typed: true);
        network.Answer = _ => Ok();
        await browser.NavigateAsync(Foreign, typed: true);

        await browser.NavigateAsync(Bff);
        Assert.Equal("lax=1", Header(network.Seen[^1], "Cookie"));

        await browser.NavigateAsync(Bff);
        Assert.Equal("strict=1; lax=1", Header(network.Seen[^1], "Cookie"));
    }

    [Theory]
    [InlineData(null, "http://localhost:5173")]
    [InlineData("same-origin", "http://localhost:5173")]
    [InlineData("no-referrer", "null")]
    public async Task A_form_is_posted_with_the_origin_that_its_page_lets_be_known(string? policy, string origin)
    {
        network.Answer = _ =>
        {
            var page = Ok([], """<form method="post" action="http://localhost:5173/go"><input name="a" value="1"><input name="b"><button></button></form>""");
            page.Headers.TryAddWithoutValidation("Referrer-Policy", policy is null ? [] : [policy]);
            return page;
        };
        var page = await browser.NavigateAsync(Spa, typed: true);

        await browser.SubmitAsync(page.Form, ("b", "ü&"));

        Assert.Equal((HttpMethod.Post, origin, "a=1&b=%C3%BC%26"),
            (network.Seen[^1].Method, Header(network.Seen[^1], "Origin"), network.Bodies[^1]));
    }

    [Fact]
    public async Task A_fetch_that_needs_it_asks_first_without_a_cookie_and_then_goes_with_it()
    {
        network.Answer = request => Cors(request.Method == HttpMethod.Options ? Ok() : Ok(["x=1"]));
        await browser.FetchAsync(Spa, HttpMethod.Get, Bff, [("X-CSRF", "1")]);
        await browser.FetchAsync(Spa, HttpMethod.Post, Bff, [("X-CSRF", "1")]);

        Assert.Equal(["OPTIONS", "GET", "OPTIONS", "POST"], network.Seen.Select(request => request.Method.Method));
        Assert.Equal([null, null, null, "x=1"], network.Seen.Select(request => Header(request, "Cookie")));
        Assert.All(network.Seen, request =>
            Assert.Equal(("http://localhost:5173", "same-site", "cors"),
            (Header(request, "Origin"), Header(request, "Sec-Fetch-Site"), Header(request, "Sec-Fetch-Mode"))));
    }

    [Fact]
    public async Task An_answer_without_leave_cannot_be_read_and_a_preflight_without_leave_ends_it()
    {
        await Assert.ThrowsAsync<FetchBlockedException>(() => browser.FetchAsync(Spa, HttpMethod.Get, Bff));
        await Assert.ThrowsAsync<FetchBlockedException>(() => browser.FetchAsync(Spa, HttpMethod.Delete, Bff));

        Assert.Equal(["GET", "OPTIONS"], network.Seen.Select(request => request.Method.Method));
    }

    [Fact]
    public async Task A_fetch_to_its_own_origin_asks_nobody()
    {
        using var answer = await browser.FetchAsync(Spa, HttpMethod.Get, new(Spa, "/data"), [("X-CSRF", "1")]);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(Header(Assert.Single(network.Seen), "Origin"));
    }

    private static string? Header(HttpRequestMessage request, string name) =>
        request.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private static HttpResponseMessage Redirect(string location) => new(HttpStatusCode.Found) { Headers = { Location = new(location) } };

    private static HttpResponseMessage Ok(string[]? cookies = null, string body = "")
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body) };
        response.Headers.TryAddWithoutValidation("Set-Cookie", cookies ?? []);
        return response;
    }

    private static HttpResponseMessage Cors(HttpResponseMessage response)
    {
        response.Headers.Add("Access-Control-Allow-Origin", "http://localhost:5173");
        response.Headers.Add("Access-Control-Allow-Credentials", "true");
        response.Headers.Add("Access-Control-Allow-Headers", "X-CSRF");
        return response;
    }

    private sealed class Script : HttpMessageHandler
    {
        public Func<HttpRequestMessage, HttpResponseMessage> Answer { get; set; } = _ => Ok();

        public List<HttpRequestMessage> Seen { get; } = [];

        public List<string?> Bodies { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen.Add(request);
            Bodies.Add(request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken));
            return Answer(request);
        }
    }
}
