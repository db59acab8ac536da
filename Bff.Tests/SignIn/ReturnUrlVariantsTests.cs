using Bff.Tests.Hosting;

namespace Bff.Tests.SignIn;

/// <summary>Ways to another place that go around the return URL's own text.</summary>
[Row("RED-01", "RED-05", "RED-14")]
public sealed class ReturnUrlVariantsTests(SharedRedis redis)
{
    [Theory]
    [InlineData("returnUrl=/a&returnUrl=//evil.example"), InlineData("returnUrl=//evil.example&returnUrl=/a")]
    [InlineData("RETURNURL=//evil.example"), InlineData("returnUrl=https://evil.example&returnUrl=/a")]
    [InlineData("returnUrl=/a&returnUrl=/b")]
    public async Task A_parameter_that_comes_twice_or_in_another_case_goes_nowhere_else(string query)
    {
        await using var walk = await SignInWalk.StartAsync(redis);

        var answer = await RawHttp.SendAsync(walk.System.Url, $"GET /login?{query} HTTP/1.1", []);

        Assert.Equal(400, RawHttp.Status(answer));
        Assert.DoesNotContain("\nSet-Cookie:", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, walk.Pending());
    }

    [Theory]
    [InlineData("target_link_uri=https://evil.example"), InlineData("redirect_uri=https://evil.example/")]
    [InlineData("next=//evil.example"), InlineData("return_to=//evil.example"), InlineData("rd=https://evil.example")]
    [InlineData("returnUrl%00=//evil.example"), InlineData("returnUrl[]=//evil.example")]
    public async Task Another_parameter_leads_home(string query)
    {
        await using var walk = await SignInWalk.StartAsync(redis);

        Assert.Equal(walk.System.Spa.AbsoluteUri, await walk.WalkQueryAsync(query));
    }

    [Fact]
    public async Task Neither_JSON_nor_a_page_says_or_stores_more()
    {
        await using var walk = await SignInWalk.StartAsync(redis);

        foreach (var accept in new[] { "application/json", "text/html", "text/html,application/json", "*/*", "a/b;q=x" })
        {
            var answer = await RawHttp.SendAsync(walk.System.Url, "GET /login?returnUrl=//evil.example HTTP/1.1", [$"Accept: {accept}"]);
            Assert.Equal(400, RawHttp.Status(answer));
            Assert.DoesNotContain("evil", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("authorizationUrl", answer, StringComparison.Ordinal);
        }
        Assert.Equal(0, walk.Pending());
        Assert.Empty(walk.Provider.Requests);
    }

    [Fact]
    public async Task A_path_is_one_of_the_SPA_whatever_host_was_asked()
    {
        await using var walk = await SignInWalk.StartAsync(redis);
        string[] headers = ["X-Forwarded-Host: evil.example", "Forwarded: host=evil.example", "X-Original-URL: //evil.example",
            "Referer: https://evil.example/", "Origin: " + walk.System.Spa.Origin()];

        var login = await RawHttp.SendAsync(walk.System.Url, "GET /login?returnUrl=/a HTTP/1.1", headers);
        var cookie = Line(login, "Set-Cookie").Split(';')[0];
        var authorized = await RawHttp.SendAsync(new Uri(walk.Provider.Origin),
            $"GET {new Uri(Line(login, "Location")).PathAndQuery} HTTP/1.1", []);
        var done = await RawHttp.SendAsync(walk.System.Url, $"GET {new Uri(Line(authorized, "Location")).PathAndQuery} HTTP/1.1",
            [.. headers, "Cookie: " + cookie]);

        Assert.Equal(walk.System.Spa.Origin() + "/a", Line(done, "Location"));
        Assert.DoesNotContain("evil", login + done, StringComparison.Ordinal);
    }

    private static string Line(string answer, string name) =>
        Assert.Single(answer.Split("\r\n"), line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..];
}
