using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Proxy;

public sealed class ProxyMethodTests(SharedRedis redis)
{
    [Theory, Row("PRX-12", "HTP-01")]
    [InlineData("TRACE")]
    [InlineData("FOO")]
    public async Task A_method_by_which_the_token_could_come_back_does_not_reach_the_API(string method)
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        using var answer = await SendAsync(system, browser, method, "/api/hello");

        await answer.ProblemAsync(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        Assert.Equal(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
            answer.Content.Headers.Allow.Order(StringComparer.Ordinal));
    }

    [Fact, Row("PRX-12")]
    public async Task A_route_may_allow_less()
    {
        await using var system = await BffSystem.StartAsync(redis, [("ReverseProxy:Routes:api:Match:Methods:0", "GET")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        using var answer = await SendAsync(system, browser, "POST", "/api/echo");

        await answer.ProblemAsync(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        Assert.Equal(["GET"], answer.Content.Headers.Allow);
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(BffSystem system, Browser browser, string method, string path)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(system.Url, path));
        request.Headers.Add("Cookie", $"{The.SessionCookie}={browser.Cookie(The.SessionCookie)!.Value}");
        request.Headers.Add("X-CSRF", "1");
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
