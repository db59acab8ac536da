using System.Net;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Builder;

namespace Bff.Tests.Logout;

/// <summary>A running BFF before a provider that knows back-channel logout, with the users that a test signs in.</summary>
internal sealed class LogoutTarget : IAsyncDisposable
{
    private readonly HttpClient client = new();
    private int clients;

    private LogoutTarget(TestProvider provider, BffSystem system) => (Provider, System) = (provider, system);

    public TestProvider Provider { get; }

    public BffSystem System { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static Task<LogoutTarget> StartAsync(string redisConfiguration, params (string Key, string Value)[] settings) =>
        StartAsync(redisConfiguration, bff: null, settings);

    /// <param name="redisConfiguration">Where its sessions are.</param>
    /// <param name="bff">What a test changes about the instances.</param>
    /// <param name="settings">Beyond those of the provider.</param>
    public static async Task<LogoutTarget> StartAsync(string redisConfiguration, Action<WebApplicationBuilder>? bff,
        params (string Key, string Value)[] settings)
    {
        var provider = await TestProvider.StartAsync();
        // A known proxy: each refused token may come from an address of its own.
        var system = await BffSystem.StartAsync(redisConfiguration,
            [.. provider.Settings, ("Bff:KnownProxies:0", "127.0.0.0/8"), ("Bff:KnownProxies:1", "::1"), .. settings], poolIsDown: true,
        bff: bff);
        provider.Time = system.Time;
        return new LogoutTarget(provider, system);
    }

    public static async Task<LogoutTarget> StartAsync(SharedRedis redis, params (string Key, string Value)[] settings) =>
        await StartAsync(await redis.GetConfigurationAsync(), settings);

    /// <summary>A browser of its own that is signed in, in that session at the provider.</summary>
    public async Task<Browser> SignInAsync(string subject = The.Subject, string? sid = null)
    {
        Say(subject, sid);
        var browser = System.Browser();
        await browser.SignInAsync(System);
        return browser;
    }

    /// <summary>Whose ID tokens the provider makes from now on.</summary>
    public void Say(string subject, string? sid) => Provider.SpoilToken = token =>
    {
        token.With("sub", subject);
        if (sid is not null) token.With("sid", sid);
    };

    public Task<HttpResponseMessage> SendAsync(TestToken token, Uri? at = null) => SendAsync(token.Compact(), at);

    public Task<HttpResponseMessage> SendAsync(string token, Uri? at = null) =>
        PostAsync(new FormUrlEncodedContent([KeyValuePair.Create("logout_token", token)]), at);

    /// <param name="body">What is posted.</param>
    /// <param name="at">At which instance.</param>
    /// <param name="from">The address that the proxy names.</param>
    public async Task<HttpResponseMessage> PostAsync(HttpContent body, Uri? at = null, string? from = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(at ?? System.Url, "/backchannel-logout")) { Content = body };
        var number = Interlocked.Increment(ref clients);
        request.Headers.Add("X-Forwarded-For", from ?? $"198.51.{number >> 8}.{number & 255}");
        return await client.SendAsync(request, Cancelled);
    }

    /// <summary>Refused, with a reason and without anything of the token.</summary>
    public async Task<string> AssertRefusedAsync(string row, string token)
    {
        using var answer = await SendAsync(token);
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{row}: {answer.StatusCode} {text}");
        Assert.True(answer.Headers.CacheControl is { NoStore: true } && !answer.Headers.Contains("Set-Cookie"), row);
        foreach (var part in token.Split('.').Where(part => part.Length > 20))
            Assert.False(text.Contains(part, StringComparison.Ordinal) || System.Logs.All.Contains(part, StringComparison.Ordinal),
            $"{row}: a part of the token shows");
        return (string)(await answer.ProblemAsync(HttpStatusCode.BadRequest, "invalid_request"))["detail"]!;
    }

    public async Task AssertCarriedOutAsync(TestToken token, Uri? at = null)
    {
        using var answer = await SendAsync(token, at);
        Assert.True(answer.StatusCode == HttpStatusCode.OK,
            $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancelled)}\n{System.Logs.All}");
        Assert.True(answer.Headers.CacheControl is { NoStore: true });
    }

    public async Task<bool> IsAliveAsync(Browser browser, Uri? at = null)
    {
        using var me = await browser.CallAsync(System, HttpMethod.Get, "/me?slide=false", at);
        return me.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>The sessions that Redis has.</summary>
    public int Sessions => System.Keys().Count(key => key.Contains(":session:", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await System.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
