using System.Net;
using Bff.Tests.Hosting;
using StackExchange.Redis;

namespace Bff.Tests.SignIn;

/// <summary>Who may begin logins without being anybody may not fill Redis, nor the cookie jar, nor keep others out.</summary>
public sealed class LoginFloodTests(SharedRedis redis)
{
    private const int Flood = 10_000, PerMinute = 30;

    private static readonly (string, string)[] BehindAProxy =
        [("Bff:KnownProxies:0", "127.0.0.1"), ("RateLimit:LoginsPerMinute", $"{PerMinute}")];

    [Fact, Row("LGN-10")]
    public async Task Ten_thousand_logins_take_little_memory_for_a_short_time()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var target = await SignInTarget.StartAsync(server.Configuration, BehindAProxy);

        await Parallel.ForAsync(0, Flood, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            using var answer = await target.SendAsync("/login?returnUrl=/orders/1234567?tab=open",
                [("X-Forwarded-For", $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}")]);
            Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        });

        var keys = target.System.Keys().Where(key => key != target.System.KeyPrefix + "keys").ToArray();
        Assert.Equal(2 * Flood, keys.Length);
        Assert.InRange(await MemoryAsync(target, keys) / Flood, 1, 1024);
        await AssertGoneInTimeAsync(target, keys);
    }

    [Fact, Row("LGN-10", "RED-11")]
    public async Task The_longest_login_takes_little_more_and_a_longer_one_nothing()
    {
        await using var server = await RedisServer.StartNewAsync();
        await using var target = await SignInTarget.StartAsync(server.Configuration);
        string[] longest = ["/" + new string('a', 1999), "/" + new string('あ', 666), "/" + new string('é', 999), "/"
            + string.Concat(Enumerable.Repeat("\"<+>", 499))];

        foreach (var returnUrl in longest)
        {
            using var answer = await target.SendAsync("/login?returnUrl=" + Uri.EscapeDataString(returnUrl));

            Assert.True(answer.StatusCode == HttpStatusCode.Found, $"{returnUrl[..4]}: {answer.StatusCode}");
            var keys = target.System.Keys().Where(key => key != target.System.KeyPrefix + "keys").ToArray();
            Assert.Equal(2, keys.Length);
            Assert.InRange(await MemoryAsync(target, keys), 2000, 4096);
            await AssertGoneInTimeAsync(target, keys);
            await target.System.Redis.KeyDeleteAsync([.. keys.Select(key => (RedisKey)key)]);
        }
        foreach (var returnUrl in longest.Select(url => url + "aaaa"))
        {
            using var answer = await target.SendAsync("/login?returnUrl=" + Uri.EscapeDataString(returnUrl));
            await answer.ProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
            SignInTarget.AssertNoCookie(answer, "a refused login binds nothing");
        }
        Assert.Equal(0, target.SignIns);
    }

    [Fact, Row("LGN-10", "FWD-04")]
    public async Task One_address_begins_as_many_logins_as_it_may_however_it_writes_them()
    {
        await using var target = await SignInTarget.StartAsync(redis, BehindAProxy);
        // One client each: of IPv6 a network of 64 bits, of a chain the last address that no known proxy added.
        string[][] clients =
        [
            ["203.0.113.7", "203.0.113.7:1234", "::ffff:203.0.113.7", "198.51.100.1, 203.0.113.7", "evil, 203.0.113.7",
                "203.0.113.7, 127.0.0.1"],
            ["2001:db8:1:2::1", "2001:db8:1:2:ffff::2", "[2001:db8:1:2::3]:80", "2001:0DB8:0001:0002::4"],
        ];
        string[] spellings = ["/login", "/LOGIN", "/login/", "/login?x=1", "/%6cogin", "/login?returnUrl=//evil",
            "/login?returnUrl=/a&returnUrl=/b"];

        foreach (var client in clients)
        {
            var before = target.SignIns;
            var statuses = new System.Collections.Concurrent.ConcurrentBag<HttpStatusCode>();
            await Parallel.ForAsync(0, 84, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            {
                using var answer = await target.SendAsync(spellings[i % spellings.Length],
                    [("X-Forwarded-For", client[i % client.Length])]);
                statuses.Add(answer.StatusCode);
                if (answer.StatusCode != HttpStatusCode.TooManyRequests) return;
                await answer.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
                Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
                SignInTarget.AssertNoCookie(answer, "refused");
            });

            Assert.Equal(PerMinute, statuses.Count(status => status != HttpStatusCode.TooManyRequests));
            Assert.InRange(target.SignIns - before, 1, PerMinute);
        }
        // No other user notices.
        using var me = await target.SendAsync("/me", [("X-CSRF", "1"), ("X-Forwarded-For", clients[0][0])]);
        Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
        using var callback = await target.SendAsync("/callback?code=c&state=s", [("X-Forwarded-For", clients[0][0])]);
        Assert.Equal(HttpStatusCode.BadRequest, callback.StatusCode);
        using var neighbour = await target.SendAsync("/login", [("X-Forwarded-For", "203.0.113.8")]);
        Assert.Equal(HttpStatusCode.Found, neighbour.StatusCode);
    }

    [Fact, Row("LGN-11", "CB-07")]
    public async Task Sixty_unfinished_logins_in_one_jar_are_one_cookie_and_each_can_still_be_finished()
    {
        await using var target = await SignInTarget.StartAsync(redis);
        using var browser = target.System.Browser();
        List<Uri> callbacks = [];
        for (var i = 0; i < 60; i++) callbacks.Add(await browser.SignInUpToCallbackAsync(target.System, returnUrl: $"/{i}"));

        Assert.Equal(The.LoginCookie, Assert.Single(browser.Cookies.All).Name);
        Assert.InRange(browser.Cookies.HeaderFor(target.System.Url, CookieContext.SameSite)!.Length, 1, 512);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.MeAsync(target.System)).StatusCode);
        foreach (var i in new[] { 59, 0, 30 })
        {
            var done = await browser.NavigateAsync(callbacks[i], typed: true);
            Assert.Equal($"{target.System.Spa.Origin()}/{i}", done.Location.AbsoluteUri);
        }
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(target.System)).StatusCode);
        Assert.Equal((57, 1), (target.SignIns, target.Sessions));
    }

    private static async Task<long> MemoryAsync(SignInTarget target, string[] keys) =>
        (await Task.WhenAll(keys.Select(key => target.System.Redis.ExecuteAsync("MEMORY", "USAGE", key)))).Sum(answer => (long)answer);

    private static async Task AssertGoneInTimeAsync(SignInTarget target, string[] keys)
    {
        var left = await Task.WhenAll(keys.Select(key => target.System.Redis.KeyTimeToLiveAsync(key)));
        Assert.All(left, ttl => Assert.InRange(ttl!.Value, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15)));
    }
}
