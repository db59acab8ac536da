using System.Text.Json;
using Bff.Sessions;
using Bff.SignIn;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Bff.Tests.Sessions;

/// <summary>
/// What earlier versions wrote is read: the files <c>Written-*.json</c> hold the cookies and the Redis of each. A change of form fails
/// here. If it is meant (users sign in again), say so in CHANGELOG.md, delete the file, and write one for the new version with
/// <c>WRITE_RELEASE=1</c>.
/// </summary>
public sealed class WrittenByReleaseTests(SharedRedis redis)
{
    private const string State = "the-state", Device = "Chrome on Linux";

    /// <summary>Later than any real time: a test's clock turns forward only.</summary>
    private static readonly DateTimeOffset Then = new(2099, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly PendingSignIn Pending = new(
        "https://pool.example.com", "https://bff.example.com/callback", "the-nonce", "the-verifier", Then, [1, 2, 3], 300);

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Repository.PathTo("Bff.Tests/Sessions"), "Written-*.json").Select(file => Path.GetFileName(file))];

    [Theory, MemberData(nameof(Files))]
    public async Task A_session_is_used_listed_and_ended(string file)
    {
        await using var store = await OpenAsync();
        var written = await RestoreAsync(file, store);
        var id = SessionId.Parse(written.SessionCookie)!;

        var session = await store.Sessions.UseAsync(id);

        var expected = Session(store, id);
        Assert.NotNull(session);
        Assert.Equal((expected.Subject, expected.Issuer, expected.Nonce, expected.CreatedAt, expected.LastUsed, expected.Tokens),
            (session.Subject, session.Issuer, session.Nonce, session.CreatedAt, session.LastUsed, session.Tokens));
        Assert.Equal(expected.Claims.Utf8, session.Claims.Utf8);
        Assert.Equal([id.Name], await store.Index.NamesAsync([session.UserKey]));
        var own = await store.CreateAsync();
        Assert.Equal(Device, (await store.Index.ListAsync(own, "another")).Single(listed => listed.Name == id.Name).Device);
        Assert.NotNull(await store.ReplaceAsync(session, "renewed"));
        Assert.NotNull(await store.Sessions.TakeAsync(id));
    }

    [Theory, MemberData(nameof(Files))]
    public async Task A_sign_in_that_was_started_is_completed(string file)
    {
        await using var store = await OpenAsync();
        var written = await RestoreAsync(file, store);
        var request = new DefaultHttpContext().Request;
        request.Headers.Cookie = $"{The.LoginCookie}={written.LoginCookie}";

        var secret = new LoginCookie(Ring(store), store.Options).Read(request);
        var taken = Assert.IsType<PendingSignInStore.Taken.Pending>(await SignIns(store).TakeAsync(State, secret!));

        Assert.Equal("/orders", taken.ReturnUrl);
        Assert.Equal(Pending with { FormerSession = null }, taken.SignIn with { FormerSession = null });
        Assert.Equal(Pending.FormerSession, taken.SignIn.FormerSession);
    }

    [Fact]
    public async Task The_present_version_has_a_file()
    {
        var version = Bff.Settings.ProgramVersion.Text.Split('+')[0];
        var path = Repository.PathTo($"Bff.Tests/Sessions/Written-{version}.json");

        if (Environment.GetEnvironmentVariable("WRITE_RELEASE") == "1")
        {
            await using var store = await OpenAsync();
            await File.WriteAllTextAsync(path, JsonSerializer.Serialize(await WriteAsync(store), Indented) + "\n",
                TestContext.Current.CancellationToken);
        }

        Assert.True(File.Exists(path), $"{path} is missing. Write it with WRITE_RELEASE=1.");
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private async Task<Store> OpenAsync()
    {
        var store = await Store.OpenAsync(redis);
        store.Time.SetUtcNow(Then);
        return store;
    }

    private static Session Session(Store store, SessionId id) => store.Session() with
    {
        Id = id,
        Tokens = store.Tokens() with { RefreshToken = "the-refresh-token" },
    };

    private static async Task<Written> WriteAsync(Store store)
    {
        var session = Session(store, SessionId.Create());
        await store.Index.AddAsync(session, Device);
        await store.Sessions.CreateAsync(session);
        var context = new DefaultHttpContext();
        await SignIns(store).KeepAsync(State, new LoginCookie(Ring(store), store.Options).ReadOrCreate(context), Pending, "/orders");
        var cookie = context.Response.Headers.SetCookie.ToString().Split(';')[0].Split('=', 2)[1];

        var records = new SortedDictionary<string, byte[][]>(StringComparer.Ordinal);
        foreach (var key in store.Redis.Multiplexer.GetServers().SelectMany(server => server.Keys(pattern: store.Prefix + "*")))
            records[key.ToString()[store.Prefix.Length..]] = await ValuesAsync(store.Redis, key);
        return new Written(session.Id.CookieValue(), cookie, records);
    }

    private static async Task<Written> RestoreAsync(string file, Store store)
    {
        var written = JsonSerializer.Deserialize<Written>(await File.ReadAllTextAsync(
            Repository.PathTo("Bff.Tests/Sessions/" + file), TestContext.Current.CancellationToken))!;
        foreach (var (name, values) in written.Records)
        {
            RedisKey key = store.Prefix + name;
            RedisValue[] items = [.. values.Select(value => (RedisValue)value)];
            if (name == "keys") await store.Redis.ListRightPushAsync(key, items);
            else if (items is [var text]) await store.Redis.StringSetAsync(key, text);
            else await store.Redis.HashSetAsync(key, [.. items.Chunk(2).Select(pair => new HashEntry(pair[0], pair[1]))]);
        }
        return written;
    }

    /// <summary>The value of a string, the items of a list, or the fields of a hash, each followed by its value.</summary>
    private static async Task<byte[][]> ValuesAsync(IDatabase redis, RedisKey key)
    {
        RedisValue[] values = await redis.KeyTypeAsync(key) switch
        {
            RedisType.String => [await redis.StringGetAsync(key)],
            RedisType.List => await redis.ListRangeAsync(key),
            _ => [.. (await redis.HashGetAllAsync(key)).SelectMany(entry => new[] { entry.Name, entry.Value })],
        };
        return [.. values.Select(value => (byte[])value!)];
    }

    private static PendingSignInStore SignIns(Store store) => new(store.Commands, store.Keys, store.Options, store.Time);

    private static IDataProtectionProvider Ring(Store store)
    {
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName("bff").PersistKeysToStackExchangeRedis(() => store.Redis, store.Prefix + "keys");
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
    }

    /// <param name="Records">By key without the prefix: a string, the items of the key ring, or fields and values.</param>
    private sealed record Written(string SessionCookie, string LoginCookie, SortedDictionary<string, byte[][]> Records);
}
