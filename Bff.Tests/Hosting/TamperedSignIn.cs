using System.Net;
using System.Text.Json.Nodes;

namespace Bff.Tests.Hosting;

/// <summary>
/// A running BFF before a provider that answers as a test says, and a browser that is signed in: one more sign-in of that
/// browser, spoiled, must change nothing.
/// </summary>
internal sealed class TamperedSignIn : IAsyncDisposable
{
    /// <summary>Wherever a test puts it, it must not come out again.</summary>
    public const string Canary = "canary-b5d1c0";

    private readonly List<string> secrets = [];
    private TestToken? token;

    private TamperedSignIn(TestProvider provider, BffSystem system)
    {
        (Provider, System, Browser) = (provider, system, system.Browser());
        provider.SpoilToken = made => Spoil?.Invoke(token = made);
        provider.SpoilAnswer = Answer;
    }

    public TestProvider Provider { get; }

    public BffSystem System { get; }

    /// <summary>The one that has a session.</summary>
    public Browser Browser { get; }

    /// <summary>Changes each ID token before it is signed.</summary>
    public Action<TestToken>? Spoil { get; set; } = _ => { };

    /// <summary>Writes each ID token otherwise than the provider would.</summary>
    public Func<TestToken, string>? Write { get; set; }

    /// <summary>Changes each answer of the token endpoint.</summary>
    public Action<JsonObject>? SpoilAnswer { get; set; }

    public static async Task<TamperedSignIn> StartAsync(SharedRedis redis, params (string Key, string Value)[] settings)
    {
        var provider = await TestProvider.StartAsync();
        var started = new TamperedSignIn(provider, await BffSystem.StartAsync(redis, [.. provider.Settings, .. settings]));
        provider.Time = started.System.Time;
        await started.AssertAcceptedAsync("the sign-in of before", started.Browser);
        return started;
    }

    /// <summary>From /login to the answer of /callback.</summary>
    public async Task<BrowserPage> SignInAsync(Browser browser, string query = "")
    {
        await browser.NavigateAsync(new Uri(System.Url, "/login" + query), typed: true);
        await browser.FollowAsync();
        return await browser.FollowAsync();
    }

    /// <summary>A sign-in by hand, where browsers would be too many; the answer is where the callback leads.</summary>
    public async Task<Uri?> SignInAsync(HttpClient client)
    {
        using var login = await client.GetAsync(new Uri(System.Url, "/login"));
        var cookie = login.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        using var authorized = await client.GetAsync(login.Headers.Location);
        using var callback = new HttpRequestMessage(HttpMethod.Get, authorized.Headers.Location);
        callback.Headers.Add("Cookie", cookie);
        using var answer = await client.SendAsync(callback);
        return answer.Headers.Location;
    }

    /// <summary>A browser of its own signs in; /me is what it then says.</summary>
    public async Task<JsonNode> AssertAcceptedAsync(string row, Browser? browser = null, string query = "")
    {
        using var fresh = System.Browser();
        browser ??= fresh;
        var page = await SignInAsync(browser, query);
        Assert.True(page.Status == HttpStatusCode.Found && page.Location == System.Spa,
            $"{row}: {page.Status} {page.Response.Headers.Location} {page.Text}\n{System.Logs.All}");
        using var me = await browser.MeAsync(System);
        Assert.True(me.StatusCode == HttpStatusCode.OK, row);
        return await me.JsonAsync();
    }

    /// <summary>The signed-in browser signs in once more and is refused, without a trace.</summary>
    /// <param name="row">What is spoiled, for the message.</param>
    /// <param name="error">What the SPA gets.</param>
    /// <param name="query">Of /login.</param>
    /// <param name="redeems">How often the code is redeemed.</param>
    public async Task AssertRefusedAsync(string row, string error = "login_failed", string query = "", int redeems = 1)
    {
        var (cookie, sessions, asked, logged) =
            (Browser.Cookie(The.SessionCookie)!.Value, Sessions(), Provider.Requests.Count, System.Logs.Lines.Count);
        secrets.Clear();
        RefreshToken = null;

        var page = await SignInAsync(Browser, query);

        Assert.True(page.Status == HttpStatusCode.Found && page.Location == new Uri(System.Spa, "/?login_error=" + error),
            $"{row}: {page.Status} {page.Response.Headers.Location} {page.Text}");
        Assert.False(page.Response.Headers.Contains("Set-Cookie"), row);
        Assert.True(cookie == Browser.Cookie(The.SessionCookie)?.Value, row);
        Assert.True(sessions == Sessions(), $"{row}: {sessions} became {Sessions()}");
        using (var me = await Browser.MeAsync(System))
            Assert.True(me.StatusCode == HttpStatusCode.OK && The.Subject == (string?)(await me.JsonAsync())["sub"], row);

        var requests = Provider.Requests.Skip(asked).ToList();
        Assert.True(redeems == requests.Count(request => request.Path == TestProvider.Token), row);
        string[] revoked = [.. requests.Where(request => request.Path == TestProvider.Revoke).Select(request => request.Form["token"]!)];
        Assert.True(revoked.SequenceEqual(RefreshToken is null ? [] : [RefreshToken]), $"{row}: revoked {string.Join(' ', revoked)}");

        var said = string.Join('\n', [page.Text, .. page.Response.Headers.Select(header => string.Join(' ', header.Value)),
            .. System.Logs.Lines.Skip(logged)]);
        foreach (var secret in secrets.Append(Canary).Append(TestProvider.ClientSecret))
            Assert.False(said.Contains(secret, StringComparison.Ordinal), $"{row}: {secret} shows");
    }

    /// <summary>The refresh token that the last answer brought in a form that can be revoked.</summary>
    public string? RefreshToken { get; set; }

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await System.DisposeAsync();
        await Provider.DisposeAsync();
    }

    /// <summary>Every session in Redis, by name and version.</summary>
    private string Sessions() =>
        string.Join(' ', System.Keys().Where(key => key.Contains(":session:", StringComparison.Ordinal)).Order()
        .Select(key => $"{key}={System.Redis.HashGet(key, "version")}"));

    private void Answer(JsonObject answer)
    {
        if (Write is not null) answer["id_token"] = Write(token!);
        SpoilAnswer?.Invoke(answer);
        RefreshToken = answer["refresh_token"] is JsonValue value && value.TryGetValue<string>(out var text)
            && text.All(character => character is > ' ' and <= '~') && text.Length > 0 ? text : null;
        foreach (var name in new[] { "id_token", "access_token", "refresh_token" })
            if (answer[name] is JsonValue secret && secret.TryGetValue<string>(out var shown) && shown.Length > 6) secrets.Add(shown);
    }
}
