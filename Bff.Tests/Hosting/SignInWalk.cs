using System.Net;
using System.Web;

namespace Bff.Tests.Hosting;

/// <summary>
/// Sign-ins from <c>/login</c> to the redirect after the callback, each in a browser of its own, at a provider that lets everybody
/// in.
/// </summary>
internal sealed class SignInWalk : IAsyncDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    private SignInWalk(TestProvider provider, BffSystem system) => (Provider, System) = (provider, system);

    public TestProvider Provider { get; }

    public BffSystem System { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<SignInWalk> StartAsync(SharedRedis redis, params (string Key, string Value)[] settings)
    {
        var provider = await TestProvider.StartAsync();
        var system = await BffSystem.StartAsync(redis, [.. provider.Settings, ("RateLimit:LoginsPerMinute", "1000000"), .. settings]);
        return new SignInWalk(provider, system);
    }

    /// <summary>Sign-ins that were begun and not finished, as Redis knows them.</summary>
    public int Pending() => System.Keys().Count(key => key.Contains(":signin:", StringComparison.Ordinal));

    public Task<HttpResponseMessage> LoginAsync(string returnUrl) => GetAsync(Login(Query(returnUrl)), null);

    /// <summary>The callback that the provider sends the browser to, and the browser's login cookie.</summary>
    public Task<(Uri Callback, string Cookie)> UpToCallbackAsync(string returnUrl) => BeginAsync(Query(returnUrl));

    /// <summary>As <see cref="WalkAsync"/>, with the whole query of <c>/login</c>.</summary>
    public async Task<string> WalkQueryAsync(string query)
    {
        var (callback, cookie) = await BeginAsync(query);
        return await FinishAsync(callback, cookie);
    }

    public Task<HttpResponseMessage> CallbackAsync(Uri callback, string cookie) => GetAsync(callback, cookie);

    /// <summary>The <c>Location</c> after the callback, as it was sent.</summary>
    /// <param name="error">What the provider says in the code's place.</param>
    public async Task<string> WalkAsync(string returnUrl, string? error = null)
    {
        var (callback, cookie) = await UpToCallbackAsync(returnUrl);
        if (error is not null)
            callback = new Uri(System.Url, $"/callback?error={error}&state={HttpUtility.ParseQueryString(callback.Query)["state"]}");
        return await FinishAsync(callback, cookie, isSignedIn: error is null);
    }

    public static string? Location(HttpResponseMessage answer) =>
        answer.Headers.NonValidated.TryGetValues("Location", out var values) ? Assert.Single(values) : null;

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await System.DisposeAsync();
        await Provider.DisposeAsync();
    }

    private static string Query(string returnUrl) => "returnUrl=" + Uri.EscapeDataString(returnUrl);

    private Uri Login(string query) => new(System.Url, "/login?" + query);

    private async Task<(Uri Callback, string Cookie)> BeginAsync(string query)
    {
        using var login = await GetAsync(Login(query), null);
        Assert.True(login.StatusCode == HttpStatusCode.Found, $"{query}: {login.StatusCode}");
        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie")).Split(';')[0];
        using var authorized = await GetAsync(new Uri(Location(login)!), null);
        return (new Uri(Location(authorized)!), cookie);
    }

    private async Task<string> FinishAsync(Uri callback, string cookie, bool isSignedIn = true)
    {
        using var answer = await CallbackAsync(callback, cookie);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal(isSignedIn, answer.Headers.Contains("Set-Cookie"));
        return Location(answer)!;
    }

    private async Task<HttpResponseMessage> GetAsync(Uri url, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        return await client.SendAsync(request, Cancelled);
    }
}
