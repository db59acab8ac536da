using System.Text.Json.Nodes;
using Bff.Tests.Hosting;

namespace Bff.Tests.UserPool;

/// <summary>
/// The pool that the contract suite speaks to: the local one or, when <c>CONTRACT_AUTHORITY</c>, <c>CONTRACT_CLIENT_ID</c>,
/// <c>CONTRACT_CLIENT_SECRET</c>, <c>CONTRACT_CALLBACK</c> and <c>CONTRACT_SIGNED_OUT</c> name one, a real one.
/// </summary>
internal sealed class PoolUnderTest : IAsyncDisposable
{
    private readonly LocalPool? local;
    private readonly HttpClient client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

    private PoolUnderTest(LocalPool? local, JsonObject metadata)
    {
        (this.local, Metadata) = (local, metadata);
    }

    public JsonObject Metadata { get; }

    public string ClientId { get; private init; } = LocalPool.ClientId;

    public string ClientSecret { get; private init; } = LocalPool.ClientSecret;

    public string Callback { get; private init; } = LocalPool.Callback;

    public string SignedOut { get; private init; } = "http://localhost:5173/";

    public static async Task<PoolUnderTest> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("CONTRACT_AUTHORITY") is { Length: > 0 } authority)
        {
            return new PoolUnderTest(null, await DiscoverAsync(new Uri(authority.TrimEnd('/') + "/.well-known/openid-configuration")))
            {
                ClientId = Setting("CONTRACT_CLIENT_ID"),
                ClientSecret = Setting("CONTRACT_CLIENT_SECRET"),
                Callback = Setting("CONTRACT_CALLBACK"),
                SignedOut = Setting("CONTRACT_SIGNED_OUT"),
            };
        }

        var local = await LocalPool.StartAsync();
        return new PoolUnderTest(local, await DiscoverAsync(local.OnIssuer("/.well-known/openid-configuration")));
    }

    public Browser Browser() => local?.Browser() ?? new Browser();

    public Uri Endpoint(string member, string query = "") => new(Metadata[member]!.GetValue<string>() + query);

    public string AuthorizeQuery(string scope = "openid", string? redirectUri = null) =>
        $"?response_type=code&client_id={ClientId}&redirect_uri={Uri.EscapeDataString(redirectUri ?? Callback)}"
        + $"&scope={Uri.EscapeDataString(scope)}&state=S";

    public async Task<HttpResponseMessage> GetAsync(Uri url) => await client.GetAsync(url, TestContext.Current.CancellationToken);

    public async Task<HttpResponseMessage> PostAsync(string member, HttpContent content, bool basic = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint(member)) { Content = content };
        if (basic)
        {
            request.Headers.Authorization =
                new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{ClientId}:{ClientSecret}")));
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (local is not null)
        {
            await local.DisposeAsync();
        }
    }

    private static async Task<JsonObject> DiscoverAsync(Uri url)
    {
        using var client = new HttpClient();
        return JsonNode.Parse(await client.GetStringAsync(url, TestContext.Current.CancellationToken))!.AsObject();
    }

    private static string Setting(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"CONTRACT_AUTHORITY names a user pool; {name} "
            + $"must be set as well.");
}
