using System.Text.Json.Nodes;
using System.Web;
using Bff.Local.UserPool;

namespace Bff.Benchmarks.Hosting;

/// <summary>Sign-ins and refreshes at the user pool without a server under test between.</summary>
internal sealed class PoolTokens(UserPoolOptions pool, string poolCookie)
{
    private const string Callback = "http://localhost:1/callback";

    private static readonly string[] Names = ["access_token", "id_token", "refresh_token"];

    private static readonly HttpClient Client =
        new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });

    /// <summary>How long the three tokens' own text is.</summary>
    public async Task<int> TextLengthAsync()
    {
        var tokens = await SignInAsync();
        return Names.Sum(name => tokens[name]!.GetValue<string>().Length);
    }

    public async Task<JsonNode> SignInAsync() => await AskAsync(
        new("grant_type", "authorization_code"), new("code", await CodeAsync()), new("redirect_uri", Callback));

    public Task<JsonNode> RefreshAsync(string refreshToken) =>
        AskAsync(new("grant_type", "refresh_token"), new("refresh_token", refreshToken));

    private async Task<string> CodeAsync()
    {
        var query = $"?response_type=code&client_id={pool.Clients[0].ClientId}&redirect_uri={Uri.EscapeDataString(Callback)}"
            + "&scope=openid%20email%20phone&state=S&nonce=N";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(pool.DomainUrl, "/oauth2/authorize" + query));
        request.Headers.Add("Cookie", poolCookie);
        using var answer = await Client.SendAsync(request);
        return HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["code"]!;
    }

    private async Task<JsonNode> AskAsync(params KeyValuePair<string, string>[] fields)
    {
        using var form = new FormUrlEncodedContent(
            [.. fields, new("client_id", pool.Clients[0].ClientId), new("client_secret", pool.Clients[0].ClientSecrets[0])]);
        using var answer = await Client.PostAsync(new Uri(pool.DomainUrl, "/oauth2/token"), form);
        return JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!;
    }
}
