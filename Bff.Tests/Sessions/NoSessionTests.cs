using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>What has no session, or none any more, never reaches the API; a header that claims one changes nothing.</summary>
[Row("PRX-08")]
public sealed class NoSessionTests(SharedRedis redis)
{
    [Fact]
    public async Task Whatever_is_asked_without_a_session_is_401_and_the_API_hears_nothing()
    {
        await using var api = await RecordingApi.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        string[] cookies = ["", $"Cookie: {The.SessionCookie}=", $"Cookie: {The.SessionCookie}=a.b.c",
            $"Cookie: {The.SessionCookie}=%00", "Cookie: other=1"];
        string[] claims = ["X-Other: 1", "Authorization: Bearer a.b.c", "X-Forwarded-User: admin", "Remote-User: admin"];

        foreach (var (method, cookie, claim) in from method in (string[])["GET", "HEAD", "POST", "PUT", "PATCH",
            "DELETE"]
                                                from cookie in cookies
                                                from claim in claims
                                                select (method, cookie, claim))
        {
            string[] headers = cookie == "" ? [claim] : [claim, cookie];
            var answer = await RawHttp.SendAsync(system.Url, $"{method} /api/hello HTTP/1.1",
                ["X-CSRF: 1", "Content-Length: 0", .. headers]);

            Assert.True(RawHttp.Status(answer) == 401, $"{method} {claim} {cookie}\n{answer}");
        }
        Assert.Empty(api.Requests);
    }

    [Theory]
    [InlineData("signed out"), InlineData("unused for too long"), InlineData("gone from Redis")]
    public async Task A_session_that_is_over_reaches_nothing(string how)
    {
        await using var api = await RecordingApi.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, api.Settings);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        string cookie = "Cookie: " + OpenStream.Cookie(browser);
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);

        switch (how)
        {
            case "signed out":
                Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Post, "/logout")).StatusCode);
                break;
            case "unused for too long":
                system.Time.Advance(TimeSpan.FromHours(24));
                break;
            default:
                await system.Redis.KeyDeleteAsync(Assert.Single(system.Keys(), key => key.Contains(":session:", StringComparison.Ordinal)));
                break;
        }
        var answers = new[]
        {
            await RawHttp.SendAsync(system.Url, "GET /api/hello HTTP/1.1", ["X-CSRF: 1", cookie]),
            await RawHttp.SendAsync(system.Url, "DELETE /api/hello HTTP/1.1", ["X-CSRF: 1", cookie]),
        };

        Assert.All(answers, answer => Assert.Equal(401, RawHttp.Status(answer)));
        Assert.Single(api.Requests);
    }
}
