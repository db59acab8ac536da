using System.Net;
using System.Web;

namespace Bff.Tests.Hosting;

/// <summary>The BFF at a provider that a test may bend, and what a refused sign-in must not leave behind.</summary>
internal sealed class SignInTarget : IAsyncDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    private SignInTarget(TestProvider provider, BffSystem system) => (Provider, System) = (provider, system);

    public TestProvider Provider { get; }

    public BffSystem System { get; }

    /// <summary>Codes that were taken to the token endpoint.</summary>
    public ReceivedRequest[] Redeemed =>
        [.. Provider.Requests.Where(request => request.Path == TestProvider.Token && request.Form["grant_type"] == "authorization_code")];

    public int Sessions => Keys(":session:");

    public int SignIns => Keys(":signin:");

    public static async Task<SignInTarget> StartAsync(SharedRedis redis, params (string Key, string Value)[] settings) =>
        await StartAsync(await redis.GetConfigurationAsync(), settings);

    public static async Task<SignInTarget> StartAsync(string redis, params (string Key, string Value)[] settings)
    {
        var provider = await TestProvider.StartAsync();
        var system = await BffSystem.StartAsync(redis, [.. provider.Settings, ("RateLimit:LoginsPerMinute", "100000"), .. settings]);
        provider.Time = system.Time;
        return new SignInTarget(provider, system);
    }

    /// <summary>A request as a program writes it: no cookie, no header but those named.</summary>
    public async Task<HttpResponseMessage> SendAsync(string path, (string Name, string Value)[]? headers = null,
        HttpMethod? method = null, Uri? at = null, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get,
            new Uri((at ?? System.Url).Origin() + path))
        { Content = body };
        foreach (var (name, value) in headers ?? []) Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>The header that a browser's jar makes of its login cookie.</summary>
    public static (string Name, string Value) LoginCookieOf(Browser browser) =>
        ("Cookie", $"{The.LoginCookie}={browser.Cookie(The.LoginCookie)!.Value}");

    public static string StateIn(Uri url) => HttpUtility.ParseQueryString(url.Query)["state"]!;

    /// <summary>No user is signed in by this answer.</summary>
    public static void AssertNoCookie(HttpResponseMessage answer, string because) =>
        Assert.False(answer.Headers.Contains("Set-Cookie"), because);

    /// <summary>A page that offers to sign in again, nothing redeemed, no one signed in.</summary>
    public void AssertRefused(HttpResponseMessage answer, string because, int sessions = 0, int redeemed = 0)
    {
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{because}: {answer.StatusCode}");
        Assert.Null(answer.Headers.Location);
        AssertNoEffect(answer, because, sessions, redeemed);
    }

    /// <summary>Home, with a code of the BFF's own; no one signed in.</summary>
    public void AssertFailed(HttpResponseMessage answer, string because, string code = "login_failed", int sessions = 0, int redeemed = 0)
    {
        Assert.True(answer.StatusCode == HttpStatusCode.Found, $"{because}: {answer.StatusCode}");
        Assert.True(answer.Headers.Location!.OriginalString == $"{System.Spa.Origin()}/?login_error={code}",
            $"{because}: {answer.Headers.Location}");
        AssertNoEffect(answer, because, sessions, redeemed);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await System.DisposeAsync();
        await Provider.DisposeAsync();
    }

    private void AssertNoEffect(HttpResponseMessage answer, string because, int sessions, int redeemed)
    {
        AssertNoCookie(answer, because);
        Assert.True(redeemed == Redeemed.Length, $"{because}: {Redeemed.Length} codes were redeemed.");
        Assert.True(sessions == Sessions, $"{because}: {Sessions} sessions.");
    }

    private int Keys(string part) => System.Keys().Count(key => key.Contains(part, StringComparison.Ordinal));
}
