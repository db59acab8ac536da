using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Bff.Sessions;
using Bff.Tests.Hosting;
using static Bff.Tests.Storage.StolenRedis;

namespace Bff.Tests.Storage;

/// <summary>A thief with a complete copy of Redis, the key ring included, and the program's source.</summary>
[Row("SES-12")]
public sealed class StolenRedisTests(SharedRedis redis)
{
    [Fact]
    public async Task Nothing_that_is_in_it_opens_anything_that_is_in_it()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var copy = await RedisCopy.OfAsync(system);
        var boxes = copy.Values.Where(pair => !pair.Key.EndsWith(":keys", StringComparison.Ordinal)).SelectMany(pair => pair.Value)
            .Where(value => value.Length > 29).ToList();
        Assert.InRange(boxes.Count, 3, 10);

        var opened = boxes.Where(box => Candidates(copy).Any(secret => Opens(copy, secret, box)));

        Assert.Empty(opened);
        // The attempts are the right ones: with what the browser's cookies hold, they open what is the browser's alone.
        var ring = KeyRingOf(copy, system);
        byte[] Held(string purpose, string cookie) =>
            ring.CreateProtector(purpose).Unprotect(Base64Url.DecodeFromChars(browser.Cookie(cookie)!.Value));
        Assert.Single(boxes, box => Opens(copy, SessionId.Parse(browser.Cookie(The.SessionCookie)!.Value)!.Reveal(), box));
        // The state belongs to the key of a sign-in too.
        Assert.DoesNotContain(boxes, box => Opens(copy, Held("login cookie", The.LoginCookie), box));
    }

    /// <summary>
    /// Whether the box opens with a key that the program would make of this secret, under any name and for any kind of record.
    /// </summary>
    private static bool Opens(RedisCopy copy, byte[] secret, byte[] box)
    {
        byte[][] keys =
        [
            secret, SHA256.HashData(secret), SHA512.HashData([.. "bff session"u8, .. secret])[16..48],
            // A browser's own sign-ins, with an empty state; the others' states were never in Redis.
            HMACSHA512.HashData(secret, "bff sign-in "u8)[16..48],
        ];
        var names = copy.Values.Keys.Select(key => key.Split('{', '}').ElementAtOrDefault(1) ?? "").Distinct();
        var contexts = names.SelectMany(name => (string[])[name, "sign-in " + name, "destination " + name]).ToList();
        return keys.Where(key => key.Length == 32).Any(key =>
            contexts.Exists(context => SealedBox.Open(key, context, [.. box]) is not null));
    }

    [Fact]
    public async Task A_cookie_made_of_what_is_in_Redis_is_no_session()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var copy = await RedisCopy.OfAsync(system);

        foreach (var candidate in Candidates(copy).Where(candidate => candidate.Length >= 8).Select(Long)
            .Append(new byte[SessionId.Length]))
        {
            var minted = SessionId.From(candidate[..SessionId.Length])!.CookieValue();
            Raw.AssertAnonymous(await Raw.CallAsync(system, Raw.Session(minted)), "minted");
        }
    }

    /// <summary>
    /// A subject is no secret: with it the copy shows when and on which device that user signed in, and nothing more.
    /// </summary>
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
        SessionIndexKey user = SessionIndexKey.OfUser(provider.Issuer, The.Subject),
        sid = SessionIndexKey.OfProviderSession(provider.Issuer, "a-session"),
        stranger = SessionIndexKey.OfUser(provider.Issuer, "another-user");
        var names = copy.Values.Values.SelectMany(values => values).Where(value => value.Length == 22).Select(Encoding.ASCII.GetString)
            .Distinct().ToList();
        var boxes = copy.Values.Values.SelectMany(values => values).Where(value => value.Length > 29).ToList();

        List<string> Opened(params SessionIndexKey[] groups) =>
            [.. from box in boxes from name in names from index in groups let entry =
            SealedBox.Open<JsonObject>(index.EncryptionKey, index.Context(name), box) where entry is not null select entry.ToJsonString()];

        Assert.Contains(copy.Values.Keys, key => key.EndsWith($":user:{{{user.Name}}}", StringComparison.Ordinal));
        var read = Opened(user, sid);
        Assert.Equal(2, read.Count);
        Assert.All(read, entry => Assert.Matches("""^\{"CreatedAt":"[^"]+","Device":"Chrome on Linux"\}$""", entry));
        Assert.Empty(Opened(stranger));
        // Nor do the words that name the user make a cookie.
        foreach (var word in (string[])[The.Subject, "a-session", user.Name, sid.Name, .. names])
        {
            foreach (var secret in (byte[][])[SHA256.HashData(Encoding.UTF8.GetBytes(word)),
                Long(Encoding.UTF8.GetBytes(word))[..SessionId.Length]])
                Raw.AssertAnonymous(await Raw.CallAsync(system, Raw.Session(SessionId.From(secret)!.CookieValue())), word);
        }
    }
}
