using System.Security.Cryptography;
using Bff.Sessions;
using Bff.SignIn;
using Bff.Tests.Hosting;
using CsCheck;
using StackExchange.Redis;

namespace Bff.Tests.Sessions;

/// <summary>
/// Who can write to Redis can make sessions and sign-ins disappear, and nothing else. See <see cref="Fuzz"/> for longer runs.
/// </summary>
[Row("SES-12", "RED-14")]
public sealed class FuzzedStoreTests(SharedRedis redis)
{
    [Fact]
    public async Task A_sealed_box_opens_as_it_was_sealed_or_not_at_all()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        byte[][] boxes = [SealedBox.Seal(key, "place", "the tokens"), SealedBox.Seal(key, "place", ""),
            SealedBox.Seal(key, "place", new string('x', 300))];

        await Fuzz.Bytes(boxes).RunAsync(bytes =>
        {
            if (SealedBox.Open<string>(key, "place", bytes) is not null) Assert.Contains(boxes, box => box.AsSpan().SequenceEqual(bytes));
        });
    }

    [Fact]
    public async Task A_session_is_what_was_stored_or_not_there()
    {
        await using var store = await Store.OpenAsync(redis);
        var (stored, other) = (await store.CreateAsync(), await store.CreateAsync());
        var (key, neighbour) = (store.Keys.Session(stored.Id.Name), store.Keys.Session(other.Id.Name));
        var good = await store.Redis.HashGetAllAsync(key);
        var foreign = await store.Redis.HashGetAllAsync(neighbour);
        var fields = good.Select(entry => entry.Name.ToString()).ToArray();
        Assert.Equal(["payload", "used", "version"], fields.Order());
        var gen = Gen.Select(Gen.OneOf(fields), Fuzz.Bytes([.. good.Concat(foreign).Select(entry => (byte[])entry.Value!)]));
        var found = 0;

        await gen.RunAsync(async change =>
        {
            await store.Redis.HashSetAsync(key, good);
            await store.Redis.HashSetAsync(key, change.Item1, change.Item2);

            if (await store.LoadAsync(stored.Id) is { } loaded)
            {
                found++;
                Assert.Equal("the-access-token", loaded.Tokens.AccessToken);
                Assert.InRange(loaded.ExpiresAt(store.Options), stored.CreatedAt, stored.CreatedAt + store.Options.Lifetime);
                Assert.InRange(loaded.IdleExpiresAt(store.Options), DateTimeOffset.MinValue, loaded.ExpiresAt(store.Options));
                await store.Sessions.UseAsync(loaded.Id);
            }
            await store.Sessions.TakeAsync(stored.Id);
            Assert.False(await store.Redis.KeyExistsAsync(key));
        }, change => $"{change.Item1} {Fuzz.Print(change.Item2)}", threads: 1);

        Assert.NotEqual(0, found);
    }

    /// <summary>What a run found: the one member that is not encrypted.</summary>
    [Theory]
    [InlineData(""), InlineData("x"), InlineData("-1"), InlineData("1.5"), InlineData("1e3"), InlineData("9223372036854775807")]
    [InlineData("253402300799999"), InlineData("99999999999999999999"), InlineData("\u00ff")]
    public async Task A_session_whose_last_use_is_no_time_is_not_there(string used)
    {
        await using var store = await Store.OpenAsync(redis);
        var stored = await store.CreateAsync();
        await store.Redis.HashSetAsync(store.Keys.Session(stored.Id.Name), "used", used);

        Assert.Null(await store.LoadAsync(stored.Id));
    }

    [Fact]
    public async Task A_sign_in_is_what_was_kept_or_not_there()
    {
        await using var store = await Store.OpenAsync(redis);
        var signIns = new PendingSignInStore(store.Commands, store.Keys, store.Options, store.Time);
        var secret = RandomNumberGenerator.GetBytes(32);
        var pending = new PendingSignIn(
            "https://issuer.example.com", "https://bff.example.com/callback", "the-nonce", "the-verifier", store.Time.GetUtcNow(),
            secret, 300);
        await signIns.KeepAsync("the-state", secret, pending, "/orders");
        var good = store.Redis.Multiplexer.GetServers().SelectMany(server => server.Keys(pattern: store.Prefix + "*"))
            .ToDictionary(key => key, key => (byte[])store.Redis.StringGet(key)!);
        Assert.Equal(2, good.Count);

        await Fuzz.Bytes([.. good.Values]).RunAsync(async bytes =>
        {
            foreach (var key in good.Keys) await store.Redis.StringSetAsync(key, bytes);
            var isGood = good.Values.Any(value => value.AsSpan().SequenceEqual(bytes));

            var taken = await signIns.TakeAsync("the-state", secret);

            Assert.True(isGood || taken is PendingSignInStore.Taken.Unknown, $"{taken}");
        }, threads: 1);
    }
}
