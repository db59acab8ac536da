using System.Net;
using System.Web;
using Bff.Tests.Hosting;

namespace Bff.Tests.Flows;

public sealed class SignInTests(SharedRedis redis)
{
    [Fact]
    public async Task A_person_who_signs_in_comes_back_to_where_they_were()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();

        var done = await browser.SignInAsync(system, returnUrl: "/orders?x=%2F%2Fz&y=1#top");

        Assert.Equal(system.Spa.Origin() + "/orders?x=%2F%2Fz&y=1#top", done.Response.Headers.Location!.OriginalString);
        var me = await (await browser.MeAsync(system)).JsonAsync();
        Assert.Equal(The.Alice, (string?)me["claims"]!["email"]);
    }

    [Fact]
    public async Task The_authorization_request_is_the_one_of_the_specification()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();

        var page = await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);

        Assert.Equal(HttpStatusCode.Found, page.Status);
        Assert.Equal(new Uri(system.Pool.DomainUrl, "/oauth2/authorize"), new Uri(page.Location.GetLeftPart(UriPartial.Path)));
        var query = HttpUtility.ParseQueryString(page.Location.Query);
        Assert.Equal(["response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method"], query.AllKeys);
        Assert.Equal("code", query["response_type"]);
        Assert.Equal(system.Pool.Options.Clients[0].ClientId, query["client_id"]);
        Assert.Equal(system.Url.Origin() + "/callback", query["redirect_uri"]);
        Assert.Equal("openid email phone", query["scope"]);
        Assert.Equal("S256", query["code_challenge_method"]);
        Assert.Equal(43, query["state"]!.Length);
        Assert.Equal(43, query["nonce"]!.Length);
        Assert.Equal(43, query["code_challenge"]!.Length);
    }
}
