using System.Text.Json.Nodes;
using System.Web;
using Bff.Local.UserPool;

namespace Bff.Benchmarks.Hosting;

/// <summary>The tokens of a sign-in, as the user pool gives them to an app client.</summary>
internal sealed class PoolTokens(UserPoolOptions pool)
{
    private const string Callback = "http://localhost:1/callback";

    private static readonly string[] Names = ["access_token", "id_token", "refresh_token"];

    /// <summary>How long their own text is, all three together.</summary>
    public async Task<int> TextLengthAsync(string poolCookie)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });
        var tokens = await RedeemAsync(client, await CodeAsync(client, poolCookie));
        return Names.Sum(name => tokens[name]!.GetValue<string>().Length);
    }

    private async Task<string> CodeAsync(HttpClient client, string poolCookie)
    {
        var query = $"?response_type=code&client_id={pool.Clients[0].ClientId}&redirect_uri={Uri.EscapeDataString(Callback)}"
            + "&scope=openid%20email%20phone&state=S&nonce=N";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(pool.DomainUrl, "/oauth2/authorize" + query));
        request.Headers.Add("Cookie", poolCookie);
        using var answer = await client.SendAsync(request);
        return HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["code"]!;
    }

    private async Task<JsonNode> RedeemAsync(HttpClient client, string code)
    {
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", Callback),
            new("client_id", pool.Clients[0].ClientId), new("client_secret", pool.Clients[0].ClientSecrets[0]),
        ]);
        using var answer = await client.PostAsync(new Uri(pool.DomainUrl, "/oauth2/token"), form);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }
}
