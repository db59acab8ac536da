using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Bff.Sessions;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace Bff.Tests.Withstand;

/// <summary>A thief with a complete copy of Redis, the key ring included, and the program's source.</summary>
[Row("SES-12")]
public sealed class StolenRedisTests(SharedRedis redis)
{
    private static readonly (string Kind, TimeSpan Limit)[] Limits =
    [
        ("session", TimeSpan.FromHours(1)), ("signed-in", TimeSpan.FromMinutes(15)), ("signin", TimeSpan.FromMinutes(15)), ("signin-return", TimeSpan.FromMinutes(15)), ("lease", TimeSpan.FromSeconds(50)),
        ("user", TimeSpan.FromHours(12) + TimeSpan.FromMinutes(1)), ("sid", TimeSpan.FromHours(12) + TimeSpan.FromMinutes(1)),
        ("provider-logout", TimeSpan.FromHours(1) + TimeSpan.FromMinutes(2)),
    ];

    [Fact]
    public async Task Nothing_that_is_in_it_opens_anything_that_is_in_it()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var copy = await RedisCopy.OfAsync(system);
        var boxes = copy.Values.Where(pair => !pair.Key.EndsWith(":keys", StringComparison.Ordinal)).SelectMany(pair => pair.Value).Where(value => value.Length > 29).ToList();
        Assert.InRange(boxes.Count, 3, 10);

        var opened = boxes.Where(box => Candidates(copy).Any(secret => Opens(copy, secret, box)));

        Assert.Empty(opened);
        // The attempts are the right ones: with what the browser's cookies hold, they open what is the browser's alone.
        var ring = KeyRingOf(copy, system);
        byte[] Held(string purpose, string cookie) => ring.CreateProtector(purpose).Unprotect(Base64Url.DecodeFromChars(browser.Cookie(cookie)!.Value));
        Assert.Single(boxes, box => Opens(copy, Held("session cookie", The.SessionCookie), box));
        Assert.Single(boxes, box => Opens(copy, Held("login cookie", The.LoginCookie), box));
    }

    /// <summary>Whether the box opens with a key that the program would make of this secret, under any name and for any kind of record.</summary>
    private static bool Opens(RedisCopy copy, byte[] secret, byte[] box)
    {
        var salt = SHA256.HashData([]);
        byte[][] keys =
        [
            secret, SHA256.HashData(secret), HKDF.Expand(HashAlgorithmName.SHA256, Long(secret), 32, "bff session encryption"u8.ToArray()),
            // A browser's own sign-ins, with an empty state; the others' states were never in Redis.
            HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, salt, "bff sign-in encryption"u8.ToArray()),
        ];
        var names = copy.Values.Keys.Select(key => key.Split('{', '}').ElementAtOrDefault(1) ?? "").Distinct();
        var contexts = names.SelectMany(name => (string[])[name, "PendingSignIn " + name, "Destination " + name, "SignedIn " + name]).Select(Encoding.ASCII.GetBytes).ToList();
        return keys.Where(key => key.Length == 32).Any(key => contexts.Exists(context => Sealed.Open(key, box, context) is not null));
    }

    [Fact]
    public async Task A_cookie_minted_with_the_stolen_key_ring_is_a_session_of_nobody()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var copy = await RedisCopy.OfAsync(system);
        var protector = KeyRingOf(copy, system).CreateProtector("session cookie");
        // The ring is the right one: it opens what the browser holds.
        Assert.Equal(SessionId.Length, protector.Unprotect(Base64Url.DecodeFromChars(browser.Cookie(The.SessionCookie)!.Value)).Length);

        foreach (var candidate in Candidates(copy).Where(candidate => candidate.Length >= 8).Select(Long).Append(new byte[SessionId.Length]))
        {
            var minted = Base64Url.EncodeToString(protector.Protect(candidate[..SessionId.Length]));
            Raw.AssertAnonymous(await Raw.CallAsync(system, Raw.Session(minted)), "minted");
        }
    }

    [Fact]
    public async Task No_form_of_a_cookie_or_a_token_is_in_it_and_all_but_the_key_ring_ends_in_time()
    {
        await using var provider = await TestProvider.StartAsync();
        var given = new List<string>();
        provider.SpoilAnswer = answer => given.AddRange(((string[])["access_token", "refresh_token", "id_token"]).Select(name => (string)answer[name]!));
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        provider.Time = system.Time;
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        await browser.SignInUpToCallbackAsync(system);

        var copy = await RedisCopy.OfAsync(system);

        var all = copy.All;
        var cookies = ((string[])[The.SessionCookie, The.LoginCookie]).Select(name => browser.Cookie(name)!.Value).ToList();
        var secrets = KeyRingOf(copy, system);
        var revealed = new[] { secrets.CreateProtector("session cookie").Unprotect(Base64Url.DecodeFromChars(cookies[0])), secrets.CreateProtector("login cookie").Unprotect(Base64Url.DecodeFromChars(cookies[1])) };
        foreach (var bytes in (byte[][])[.. revealed, .. cookies.Select(cookie => Base64Url.DecodeFromChars(cookie)), .. cookies.Concat(given).Select(Encoding.UTF8.GetBytes)])
        {
            foreach (var form in (string[])[Encoding.Latin1.GetString(bytes), Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes), Convert.ToBase64String(bytes).TrimEnd('='), Base64Url.EncodeToString(bytes)])
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

    /// <summary>A subject is no secret: whoever knows one finds in the copy when and on what that user signed in, and nothing more.</summary>
    [Fact]
    public async Task Who_also_knows_a_subject_reads_times_and_devices_and_opens_no_session()
    {
        await using var provider = await TestProvider.StartAsync();
        await using var system = await BffSystem.StartAsync(redis, provider.Settings);
        provider.Time = system.Time;
        provider.SpoilToken = token => token.With("sid", "a-session");
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var copy = await RedisCopy.OfAsync(system);
        SessionGroup user = SessionGroup.OfUser(provider.Issuer, The.Subject), sid = SessionGroup.OfProviderSession(provider.Issuer, "a-session"), stranger = SessionGroup.OfUser(provider.Issuer, "somebody-else");
        var names = copy.Values.Values.SelectMany(values => values).Where(value => value.Length == 22).Select(Encoding.ASCII.GetString).Distinct().ToList();
        var boxes = copy.Values.Values.SelectMany(values => values).Where(value => value.Length > 29).ToList();

        List<string> Opened(params SessionGroup[] groups) => [.. from box in boxes from name in names from thief in groups let entry = thief.Open(name, box) where entry is not null select Encoding.UTF8.GetString(entry)];

        Assert.Contains(copy.Values.Keys, key => key.EndsWith($":user:{{{user.Name}}}", StringComparison.Ordinal));
        var read = Opened(user, sid);
        Assert.Equal(2, read.Count);
        Assert.All(read, entry => Assert.Matches("""^\{"CreatedAt":"[^"]+","Device":"Chrome on Linux"\}$""", entry));
        Assert.Empty(Opened(stranger));
        // Nor do the words that name the user make a cookie.
        var ring = KeyRingOf(copy, system).CreateProtector("session cookie");
        foreach (var word in (string[])[The.Subject, "a-session", user.Name, sid.Name, .. names])
        {
            foreach (var secret in (byte[][])[SHA256.HashData(Encoding.UTF8.GetBytes(word)), Long(Encoding.UTF8.GetBytes(word))[..SessionId.Length]])
                Raw.AssertAnonymous(await Raw.CallAsync(system, Raw.Session(Base64Url.EncodeToString(ring.Protect(secret)))), word);
        }
    }

    [Fact]
    public async Task The_same_session_written_twice_looks_different_each_time()
    {
        await using var store = await Sessions.Store.OpenAsync(redis);
        var stored = await store.CreateAsync();
        async Task<string> PayloadAsync() => Convert.ToHexString((byte[])(await store.Redis.HashGetAsync(store.Keys.Session(stored.Id.Name), "payload"))!);
        var before = await PayloadAsync();

        await store.Sessions.ReplaceAsync(stored, stored.Session);

        Assert.NotEqual(before[..58], (await PayloadAsync())[..58]);
    }

    /// <summary>Everything in the copy that could be a key: names, fields, values, and what the ring's XML holds.</summary>
    private static IEnumerable<byte[]> Candidates(RedisCopy copy)
    {
        var ring = copy.Values.Single(pair => pair.Key.EndsWith(":keys", StringComparison.Ordinal)).Value;
        var names = copy.Values.Keys.Select(key => key.Split('{', '}').ElementAtOrDefault(1) ?? "").Where(name => name.Length > 0);
        return
        [
            .. ring.SelectMany(xml => XElement.Parse(Encoding.UTF8.GetString(xml)).Descendants("value")).Select(value => Convert.FromBase64String(value.Value)),
            .. names.Select(Encoding.ASCII.GetBytes), .. names.Select(name => Base64Url.DecodeFromChars(name)),
            .. copy.Values.Values.SelectMany(values => values).Where(value => value.Length <= 64),
        ];
    }

    private static byte[] Long(byte[] candidate) => [.. candidate.Concat(new byte[SessionId.Length]).Take(Math.Max(SessionId.Length, candidate.Length))];

    private static IDataProtectionProvider KeyRingOf(RedisCopy copy, BffSystem system)
    {
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName("bff").AddKeyManagementOptions(options => options.XmlRepository = new Copied(copy.Values[system.KeyPrefix + "keys"]));
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
    }

    private sealed class Copied(byte[][] elements) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements() => [.. elements.Select(element => XElement.Parse(Encoding.UTF8.GetString(element)))];

        public void StoreElement(XElement element, string friendlyName) => throw new InvalidOperationException("A copy is not written.");
    }
}
