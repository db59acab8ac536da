using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Bff.Tests.UserPool;

/// <summary>The walk-through by hand, with no BFF: what a person does with a browser and curl or Postman.</summary>
public sealed class WalkThroughTests
{
    [Theory]
    [InlineData("client_secret_post")]
    [InlineData("client_secret_basic")]
    public async Task A_person_with_a_browser_and_curl_gets_the_five_members(string authentication)
    {
        await using var pool = await LocalPool.StartAsync();
        using var browser = pool.Browser();

        await browser.NavigateAsync(pool.OnDomain("/oauth2/authorize?response_type=code&client_id=" + LocalPool.ClientId
            + "&redirect_uri=http://localhost:8400/callback&scope=openid+email+phone&state=by-hand"), typed: true);
        var signIn = await browser.FollowAllAsync();
        Assert.Equal(HttpStatusCode.OK, signIn.Status);
        Assert.Equal("text/html", signIn.Response.Content.Headers.ContentType?.MediaType);

        await browser.SubmitAsync(signIn.Form, ("username", LocalPool.Alice), ("password", LocalPool.TemporaryPassword));
        var choose = await browser.FollowAllAsync();
        Assert.Equal("Choose a new password", choose.Find("h1").TextContent);

        var done = await browser.SubmitAsync(choose.Form, ("newPassword", LocalPool.Password), ("confirmPassword", LocalPool.Password));
        Assert.StartsWith("http://localhost:8400/callback?code=", done.Location.AbsoluteUri, StringComparison.Ordinal);
        Assert.EndsWith("&state=by-hand", done.Location.AbsoluteUri, StringComparison.Ordinal);

        var code = System.Web.HttpUtility.ParseQueryString(done.Location.Query)["code"]!;
        using var answer = await pool.Back.SendAsync(TokenRequest(pool, authentication, code), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["id_token", "access_token", "refresh_token", "expires_in", "token_type"],
            json.RootElement.EnumerateObject().Select(member => member.Name));
    }

    private static HttpRequestMessage TokenRequest(LocalPool pool, string authentication, string code)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = "http://localhost:8400/callback"
        };
        var request = new HttpRequestMessage(HttpMethod.Post, pool.OnDomain("/oauth2/token"));
        if (authentication == "client_secret_basic")
        {
            request.Headers.Authorization =
                new AuthenticationHeaderValue("Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes($"{LocalPool.ClientId}:{LocalPool.ClientSecret}")));
        }
        else
        {
            form["client_id"] = LocalPool.ClientId;
            form["client_secret"] = LocalPool.ClientSecret;
        }

        request.Content = new FormUrlEncodedContent(form);
        return request;
    }
}
