
namespace Bff.Tests.Hosting;

/// <summary>A signed-in person whose every trace is watched: commands to Redis, calls to the provider, calls to the API.</summary>
internal sealed class AttackedSystem : IAsyncDisposable
{
    /// <summary>An SPA origin with letters, dots and no port, for look-alikes.</summary>
    public const string SecondSpa = "https://app.example.com";

    private readonly RedisServer redis;
    private readonly RedisMonitor monitor;
    private readonly Browser browser;
    private int received;

    private AttackedSystem(RedisServer redis, RedisMonitor monitor, TestProvider provider, BffSystem system) =>
        (this.redis, this.monitor, Provider, System, browser) = (redis, monitor, provider, system, system.Browser());

    /// <summary>The provider, and the API.</summary>
    public TestProvider Provider { get; }

    public BffSystem System { get; }

    public string Cookie =>
        $"Cookie: {The.SessionCookie}={browser.Cookie(The.SessionCookie)!.Value}; "
        + $"{The.LoginCookie}={browser.Cookie(The.LoginCookie)!.Value}";

    /// <summary>What the SPA's script sends.</summary>
    public string[] Rightful =>
        [Cookie, "X-CSRF: 1", "Origin: " + System.Spa.Origin(), "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors",
        "Sec-Fetch-Dest: empty"];

    public static async Task<AttackedSystem> StartAsync(params (string Key, string Value)[] settings)
    {
        var redis = await RedisServer.StartNewAsync();
        var provider = await TestProvider.StartAsync();
        var system = await BffSystem.StartAsync(redis.Configuration,
            [.. provider.Settings, ("ReverseProxy:Clusters:api:Destinations:local:Address", provider.Origin),
                ("Bff:SpaOrigins:1", SecondSpa), .. settings], poolIsDown: true);
        var attacked = new AttackedSystem(redis, await RedisMonitor.StartAsync(redis), provider, system);
        await attacked.browser.SignInAsync(system);
        await attacked.ForgetAsync();
        return attacked;
    }

    public Task<RawAnswer> SendAsync(string method, string path, IEnumerable<string> headers, string body = "") =>
        RawAnswer.ToAsync(System.Url, $"{method} {path} HTTP/1.1", headers, body);

    /// <summary>What happened until now was meant.</summary>
    public async Task ForgetAsync()
    {
        await monitor.TakeAsync(System);
        received = Provider.Requests.Count;
    }

    /// <summary>Nothing was looked up, written or asked since, and the person is still signed in.</summary>
    public async Task IsUntouchedAsync()
    {
        Assert.Empty(await monitor.TakeAsync(System));
        Assert.Equal(received, Provider.Requests.Count);
        using var me = await browser.MeAsync(System);
        Assert.True(me.IsSuccessStatusCode);
        await ForgetAsync();
    }

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        await System.DisposeAsync();
        await Provider.DisposeAsync();
        await monitor.DisposeAsync();
        await redis.DisposeAsync();
    }
}
