using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Bff.Tests.Hosting;
using StackExchange.Redis;

namespace Bff.Tests.Sessions;

public sealed partial class StoredTests(SharedRedis redis)
{
    [Fact]
    [Row("SES-12")]
    public async Task Redis_holds_only_keys_of_known_shape_each_but_the_key_ring_with_a_TTL()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        using var unfinished = system.Browser();
        await browser.SignInAsync(system);
        await unfinished.NavigateAsync(new Uri(system.Url, "/login"), typed: true);

        var keys = system.Keys();

        Assert.Equal(["keys", "session", "signin", "signin-return", "user"],
            keys.Select(key => key[system.KeyPrefix.Length..].Split(':')[0]).Distinct().Order());
        foreach (var key in keys)
        {
            Assert.Matches(KnownShape(), key[system.KeyPrefix.Length..]);
            var ttl = await system.Redis.KeyTimeToLiveAsync(key);
            if (key == system.KeyPrefix + "keys") Assert.Null(ttl);
            else Assert.InRange(ttl!.Value, TimeSpan.FromMinutes(10), TimeSpan.FromHours(12) + TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    [Row("SES-12")]
    public async Task A_copy_of_Redis_contains_no_token_no_secret_and_not_the_cookies()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        using var unfinished = system.Browser();
        await browser.SignInAsync(system, returnUrl: "/canary-return-url");
        var login = await unfinished.NavigateAsync(new Uri(system.Url, "/login"), typed: true);

        var dump = await DumpAsync(system);

        var form = system.Pool.Requests.TokenRequests.Single().Form;
        var state = System.Web.HttpUtility.ParseQueryString(login.Location.Query)["state"]!;
        string[] secrets =
        [
            form["code"], form["code_verifier"], form["client_secret"], state,
            browser.Cookie(The.SessionCookie)!.Value, browser.Cookie(The.LoginCookie)!.Value, unfinished.Cookie(The.LoginCookie)!.Value,
            The.Alice, "canary-return-url", "eyJ",
        ];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, dump, StringComparison.Ordinal));
    }

    [Fact]
    [Row("LOG-01")]
    public async Task Nothing_in_the_logs_is_a_code_a_state_a_token_a_secret_or_a_cookie()
    {
        await using var system =
            await BffSystem.StartAsync(redis, [("Logging:LogLevel:Default", "Information"),
            ("Logging:LogLevel:Microsoft.AspNetCore", "Information")]);
        using var browser = system.Browser();
        var callback = await browser.SignInUpToCallbackAsync(system, returnUrl: "/canary-return-url");
        await browser.FollowAsync();
        string[] cookies = [browser.Cookie(The.SessionCookie)!.Value, browser.Cookie(The.LoginCookie)!.Value];
        await browser.NavigateAsync(callback, typed: true);
        await browser.NavigateAsync(new Uri(system.Url,
            "/callback?error=canary-error&error_description=canary-description&state=canary-state"), typed: true);
        system.Time.Advance(TimeSpan.FromMinutes(5));
        await browser.RefreshAsync(system);
        await browser.CallAsync(system, HttpMethod.Get, "/api/hello?canary-query=1");
        await browser.LogoutAsync(system);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.MeAsync(system)).StatusCode);

        foreach (var line in (string[])["GET /callback 302", "GET /api/{**catch-all} 200", "GET /me 401"])
            await system.Logs.UntilAsync(line);
        var logs = system.Logs.All;
        var form = system.Pool.Requests.TokenRequests;
        string[] secrets =
        [
            .. cookies, form[0].Form["code"], form[0].Form["code_verifier"], form[0].Form["client_secret"], form[1].Form["refresh_token"],
            System.Web.HttpUtility.ParseQueryString(callback.Query)["state"]!, "canary", "eyJ", The.Alice,
        ];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, logs, StringComparison.Ordinal));
    }

    private static async Task<string> DumpAsync(BffSystem system)
    {
        var dump = new StringBuilder();
        foreach (var key in system.Keys())
        {
            dump.AppendLine(key);
            RedisValue[] values = await system.Redis.KeyTypeAsync(key) switch
            {
                RedisType.String => [await system.Redis.StringGetAsync(key)],
                RedisType.List => await system.Redis.ListRangeAsync(key),
                RedisType.Hash => [.. (await system.Redis.HashGetAllAsync(key)).SelectMany(entry => new[] { entry.Name, entry.Value })],
                var type => throw new InvalidOperationException($"{key} is a {type}."),
            };
            foreach (var value in values) dump.AppendLine(Encoding.Latin1.GetString((byte[])value!));
        }
        return dump.ToString();
    }

    [GeneratedRegex(@"^(keys|(session|signed-in|signin|signin-return|user):\{[A-Za-z0-9_-]{22}\})$")]
    private static partial Regex KnownShape();
}
