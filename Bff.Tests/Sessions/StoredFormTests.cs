using System.Buffers.Text;
using System.Text;
using Bff.Tests.Hosting;
using static Bff.Tests.Storage.StolenRedis;

namespace Bff.Tests.Sessions;

/// <summary>What lies in Redis shows in no form what it is made of, and ends in time.</summary>
[Row("SES-12")]
public sealed class StoredFormTests(SharedRedis redis)
{
    private static readonly (string Kind, TimeSpan Limit)[] Limits =
    [
        ("session", TimeSpan.FromHours(1)), ("signin", TimeSpan.FromMinutes(15)), ("signin-return", TimeSpan.FromMinutes(15)),
        ("lease", TimeSpan.FromSeconds(5)),
        ("user", TimeSpan.FromHours(12) + TimeSpan.FromMinutes(1)), ("sid", TimeSpan.FromHours(12) + TimeSpan.FromMinutes(1)),
        ("logout-token", TimeSpan.FromHours(1) + TimeSpan.FromMinutes(2)),
    ];

    [Fact]
    public async Task No_form_of_a_cookie_or_a_token_is_in_it_and_all_but_the_key_ring_ends_in_time()
    {
        await using var provider = await TestProvider.StartAsync();
        var given = new List<string>();
        provider.SpoilAnswer = answer =>
            given.AddRange(((string[])["access_token", "refresh_token", "id_token"]).Select(name => (string)answer[name]!));
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        provider.Time = system.Time;
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        await browser.SignInUpToCallbackAsync(system);

        var copy = await RedisCopy.OfAsync(system);

        var all = copy.All;
        var cookies = ((string[])[The.SessionCookie, The.LoginCookie]).Select(name => browser.Cookie(name)!.Value).ToList();
        var secrets = KeyRingOf(copy, system);
        var revealed = new[] { Bff.Sessions.SessionId.Parse(cookies[0])!.Reveal(),
            secrets.CreateProtector("login cookie").Unprotect(Base64Url.DecodeFromChars(cookies[1])) };
        foreach (var bytes in (byte[][])[.. revealed, .. cookies.Select(cookie => Base64Url.DecodeFromChars(cookie)),
            .. cookies.Concat(given).Select(Encoding.UTF8.GetBytes)])
        {
            foreach (var form in (string[])[Encoding.Latin1.GetString(bytes), Convert.ToHexString(bytes),
                Convert.ToHexStringLower(bytes), Convert.ToBase64String(bytes).TrimEnd('='), Base64Url.EncodeToString(bytes)])
            {
                Assert.DoesNotContain(form, all, StringComparison.Ordinal);
            }
        }
        foreach (var (key, left) in copy.TimesToLive)
        {
            if (key == system.KeyPrefix + "keys") continue;
            var limit = Limits.Single(limit => key[system.KeyPrefix.Length..].StartsWith(limit.Kind + ":", StringComparison.Ordinal)).Limit;
            Assert.InRange(left ?? TimeSpan.MaxValue, TimeSpan.FromSeconds(1), limit);
        }
    }

    [Fact]
    public async Task The_same_session_written_twice_looks_different_each_time()
    {
        await using var store = await Sessions.Store.OpenAsync(redis);
        var stored = await store.CreateAsync();
        async Task<string> PayloadAsync() =>
            Convert.ToHexString((byte[])(await store.Redis.HashGetAsync(store.Keys.Session(stored.Id.Name), "payload"))!);
        var before = await PayloadAsync();

        await store.Sessions.ReplaceAsync(stored);

        Assert.NotEqual(before[..58], (await PayloadAsync())[..58]);
    }
}
