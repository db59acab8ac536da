using System.Collections.Concurrent;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bff.Tests.Local;

/// <summary>What the person's path takes for granted of a browser on http loopback origins.</summary>
public sealed class ChromiumTests(Chromium chromium)
{
    private const string Set = "__Host-x=1; Secure; HttpOnly; Path=/; SameSite=Strict";

    [Fact]
    public async Task A_host_cookie_of_one_loopback_port_is_sent_on_a_credentialed_fetch_from_another()
    {
        await using var context = await chromium.NewContextAsync();
        var seen = new ConcurrentQueue<string>();
        await using var spa = await ServeAsync(_ => Results.Content("<!doctype html><title>spa</title>", "text/html"));
        var spaOrigin = Origin(spa);
        await using var bff = await ServeAsync(http =>
        {
            seen.Enqueue(http.Request.Headers.Cookie.ToString());
            http.Response.Headers.AccessControlAllowOrigin = spaOrigin;
            http.Response.Headers.AccessControlAllowCredentials = "true";
            http.Response.Headers.SetCookie = Set;
            return Results.Text("ok");
        });

        var page = await context.NewPageAsync();
        await page.GotoAsync(Origin(bff));
        await page.GotoAsync(spaOrigin);
        await page.EvaluateAsync("url => fetch(url, { credentials: 'include' }).then(r => r.text())", Origin(bff));

        Assert.Equal("__Host-x=1", seen.Last());
        Assert.Equal("", await page.EvaluateAsync<string>("document.cookie"));
    }

    private static async Task<WebApplication> ServeAsync(Func<HttpContext, IResult> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/", answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static string Origin(WebApplication app) => app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
}
