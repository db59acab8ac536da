using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.Proxy;

public sealed class ProxyHeaderTests(SharedRedis redis)
{
    private static readonly string[] OfTheClient =
    [
        "Authorization", "Cookie2", "Forwarded", "Via", "X-Real-IP", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override",
        "X-Forwarded-Port", "X-Forwarded-User",
        "X-Forwarded-Email", "X-Forwarded-Groups", "X-Forwarded-Preferred-Username", "X-Forwarded-Access-Token", "X-Remote-User",
        "Remote-User", "X-User", "X-Forwarded-For",
    ];

    private static readonly string[] OfTheApi =
    [
        "Set-Cookie", "Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version", "Strict-Transport-Security",
        "Public-Key-Pins", "WWW-Authenticate", "Clear-Site-Data",
        "Refresh", "Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Max-Age", "Content-Security-Policy",
    ];

    [Fact, Row("PRX-01", "PRX-11")]
    public async Task What_the_client_and_the_API_say_of_themselves_stays_on_their_side()
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        await using var api = await StartApiAsync(context =>
        {
            foreach (var header in context.Request.Headers) seen[header.Key] = header.Value.ToString();
            foreach (var name in OfTheApi.Append("X-Own")) context.Response.Headers[name] = "canary";
            return context.Response.WriteAsync("answer");
        });
        await using var system =
            await BffSystem.StartAsync(redis, [("ReverseProxy:Clusters:api:Destinations:local:Address", api.Urls.Single())]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        using var answer = await browser.FetchAsync(system.Spa, HttpMethod.Get, new Uri(system.Url, "/api/x"),
            [("X-CSRF", "1"), ("X-Own", "canary"), .. OfTheClient.Select(name => (name, "canary"))]);

        Assert.Equal("canary", seen["X-Own"]);
        Assert.StartsWith("Bearer eyJ", seen["Authorization"], StringComparison.Ordinal);
        Assert.DoesNotContain(seen, header => header.Key != "X-Own" && header.Value.Contains("canary", StringComparison.Ordinal));
        Assert.Equal("answer", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("X-Own", Assert.Single(answer.Headers, header =>
            header.Value.Any(value => value.Contains("canary", StringComparison.Ordinal))).Key);
        Assert.Equal(system.Spa.Origin(), Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    private static async Task<WebApplication> StartApiAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var api = builder.Build();
        api.Urls.Add($"http://127.0.0.1:{FreePort.Next()}");
        api.Run(answer);
        await api.StartAsync();
        return api;
    }
}
