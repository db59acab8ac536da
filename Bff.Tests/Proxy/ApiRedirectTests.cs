using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Proxy;

/// <summary>A redirect of the API is for the browser alone, and leads it to no other route.</summary>
public sealed class ApiRedirectTests(SharedRedis redis)
{
    [Fact, Row("PRX-07", "HTP-06")]
    public async Task A_redirect_of_the_API_is_not_followed_here_and_does_not_tell_its_address()
    {
        string location = "", content = "";
        await using var evil = await RecordingApi.StartAsync();
        await using var api = await RecordingApi.StartAsync(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location, context.Response.Headers["Content-Location"]) =
                (307, location, content);
            return Task.CompletedTask;
        });
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var (inside, here) = (api.Url.Authority, system.Url.Origin());
        (string Sent, string Arrives)[] rows =
        [
            ("/api/y?z=1#f", "/api/y?z=1#f"), ("y", "y"), ("?page=2", "?page=2"), (evil.Url + "x", evil.Url + "x"),
            ("https://files.example/signed?x=1", "https://files.example/signed?x=1"),
            ($"http://{inside}/api/y?z=1#f", here + "/api/y?z=1#f"), ($"//{inside}/api/y", here + "/api/y"),
            ($"HTTP://{inside}/api/y", here + "/api/y"), ($"https://{inside}/api/y", here + "/api/y"),
            ($"http://user:secret@{inside}/api/y", here + "/api/y"), ($"\\\\{inside}/api/y", here + "/api/y"),
        ];

        foreach (var (sent, arrives) in rows)
        {
            (location, content) = (sent, sent);
            using var answer = await browser.CallAsync(system, HttpMethod.Get, "/api/x");

            Assert.Equal(HttpStatusCode.TemporaryRedirect, answer.StatusCode);
            Assert.Equal(arrives, Assert.Single(answer.Headers.NonValidated["Location"]));
            Assert.Equal(arrives, Assert.Single(answer.Content.Headers.NonValidated["Content-Location"]));
            Assert.Equal(sent.Contains(inside, StringComparison.Ordinal),
                !answer.Headers.NonValidated["Location"].ToString().Equals(sent, StringComparison.Ordinal));
        }
        Assert.Empty(evil.Requests);
        Assert.Equal(rows.Length, api.Requests.Count);
    }

    /// <summary>A script's fetch follows a 307 within this origin with its method, its body and its X-CSRF.</summary>
    [Fact, Row("PRX-07", "PRX-09")]
    public async Task A_redirect_of_the_API_leads_a_script_to_no_endpoint_of_the_BFF()
    {
        string[] location = [];
        await using var api = await RecordingApi.StartAsync(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (307, location);
            return Task.CompletedTask;
        });
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var (inside, here) = (api.Url.Authority, system.Url.Origin());
        string[][] elsewhere =
        [
            ["/logout"], ["/"], ["/apis"], ["../../logout"], ["/api/a/../../logout"], ["/api/%2e%2e/logout"], ["/api/..%2flogout"],
            ["/api/%252e%252e/logout"],
            ["\\logout"], [" /logout"],
            [here + "/logout"], [here.ToUpperInvariant() + "/logout"], ["//" + system.Url.Authority + "/logout"], ["http:/logout"],
            ["http:///logout"], [$"http://{inside}/logout"], [$"http://{inside}"], [$"http://{inside}//evil.example/"],
            ["/api/a/x", "/logout"],
            // Browsers drop a tab wherever it stands.
            ["/api/a/..\t/../logout"], ["/api/a/b/..\t/../..\t/../logout"], ["/log\tout"],
            [here.Replace("http", "ht\ttp", StringComparison.Ordinal) + "/logout"], ["/\t/" + system.Url.Authority + "/logout"],
        ];

        foreach (var sent in elsewhere)
        {
            location = sent;
            using var answer = await browser.CallAsync(system, HttpMethod.Post, "/api/a/x");

            Assert.Equal(HttpStatusCode.TemporaryRedirect, answer.StatusCode);
            Assert.False(answer.Headers.NonValidated.Contains("Location"),
                $"{string.Join(' ', sent)} arrived as {answer.Headers.Location}.");
        }
        foreach (var within in new[] { "/api/a", "/api/a/y?z=1", "y", "?z=1", "../a/y", here + "/api/a/y", $"http://{inside}/api/a/y" })
        {
            location = [within];
            using var answer = await browser.CallAsync(system, HttpMethod.Post, "/api/a/x");

            Assert.True(answer.Headers.NonValidated.Contains("Location"), within);
        }
    }
}
