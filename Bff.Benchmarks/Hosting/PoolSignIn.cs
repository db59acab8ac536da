using System.Net;
using System.Text.RegularExpressions;
using Bff.Local.UserPool;

namespace Bff.Benchmarks.Hosting;

/// <summary>A user's sign-in on the pages of the local user pool.</summary>
internal sealed partial class PoolSignIn(UserPoolOptions pool, string callback)
{
    private readonly string query = $"?response_type=code&client_id={pool.Clients[0].ClientId}"
        + $"&redirect_uri={Uri.EscapeDataString(callback)}&scope=openid%20email%20phone&state=S";

    /// <summary>The cookie of a user who has given the password.</summary>
    public async Task<string> CookieAsync(string username, string password)
    {
        var cookies = new CookieContainer();
        using var client = new HttpClient(
            new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false, UseProxy = false });
        var page = new Uri(pool.DomainUrl, "/login" + query);
        var token = FormToken().Match(await client.GetStringAsync(page)).Groups[1].Value;
        using var form = new FormUrlEncodedContent([new("username", username), new("password", password), new("_csrf", token)]);
        using var answer = await client.PostAsync(page, form);
        if (answer.StatusCode != HttpStatusCode.Found)
            throw new InvalidOperationException($"The user pool did not sign {username} in: {answer.StatusCode}");
        return cookies.GetCookieHeader(page);
    }

    [GeneratedRegex("name=\"_csrf\"[^>]*value=\"([^\"]*)\"")]
    private static partial Regex FormToken();
}
