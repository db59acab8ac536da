using System.Security.Cryptography;
using Bff.SignIn;
using Bff.Tests.Hosting;
using Bff.Tests.Sessions;

namespace Bff.Tests.SignIn;

/// <summary>A sign-in under way is found once, in time, and by the browser that began it.</summary>
public sealed class PendingSignInStoreTests(SharedRedis redis)
{
    private const string State = "the-state";

    private static readonly PendingSignIn Pending = new(
        "https://pool.example.com", "https://bff.example.com/callback", "the-nonce", "the-verifier", The.Beginning, null, null);

    private readonly byte[] secret = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public async Task A_sign_in_comes_back_as_it_was_kept()
    {
        await using var store = await Store.OpenAsync(redis);
        var kept = Pending with { FormerSession = [1, 2, 3], MaxAge = 300 };
        await SignIns(store).KeepAsync(State, secret, kept, "/orders");

        var taken = Assert.IsType<PendingSignInStore.Taken.Pending>(await SignIns(store).TakeAsync(State, secret)).SignIn;

        Assert.Equal(kept with { FormerSession = null }, taken with { FormerSession = null });
        Assert.Equal(kept.FormerSession, taken.FormerSession);
    }

    [Fact, Row("CB-03", "CB-04")]
    public async Task Of_twenty_callbacks_at_once_one_gets_it_and_the_others_learn_where_it_led()
    {
        await using var store = await Store.OpenAsync(redis);
        await SignIns(store).KeepAsync(State, secret, Pending, "/orders");

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SignIns(store).TakeAsync(State, secret)));

        Assert.Single(taken.OfType<PendingSignInStore.Taken.Pending>());
        Assert.Equal(19, taken.OfType<PendingSignInStore.Taken.AlreadyCompleted>().Count());
        Assert.All(taken.OfType<PendingSignInStore.Taken.AlreadyCompleted>(), before =>
            Assert.Equal(("/orders", null), (before.ReturnUrl, before.Error)));
    }

    [Fact, Row("CB-02")]
    public async Task Another_browser_finds_nothing_and_consumes_nothing()
    {
        await using var store = await Store.OpenAsync(redis);
        await SignIns(store).KeepAsync(State, secret, Pending, "/orders");

        Assert.IsType<PendingSignInStore.Taken.Unknown>(await SignIns(store).TakeAsync(State, RandomNumberGenerator.GetBytes(32)));

        Assert.IsType<PendingSignInStore.Taken.Pending>(await SignIns(store).TakeAsync(State, secret));
    }

    [Theory, Row("CB-01")]
    [InlineData("the-stat"), InlineData("the-state "), InlineData("The-state"), InlineData("the-statf"), InlineData("*"), InlineData("x")]
    public async Task Another_state_finds_nothing_and_consumes_nothing(string state)
    {
        await using var store = await Store.OpenAsync(redis);
        await SignIns(store).KeepAsync(State, secret, Pending, "/orders");

        Assert.IsType<PendingSignInStore.Taken.Unknown>(await SignIns(store).TakeAsync(state, secret));

        Assert.IsType<PendingSignInStore.Taken.Pending>(await SignIns(store).TakeAsync(State, secret));
    }

    [Fact, Row("CB-07")]
    public async Task Two_tabs_of_one_browser_each_find_their_own()
    {
        await using var store = await Store.OpenAsync(redis);
        await SignIns(store).KeepAsync("first", secret, Pending with { Nonce = "nonce-1" }, "/orders");
        await SignIns(store).KeepAsync("second", secret, Pending with { Nonce = "nonce-2" }, "/orders");

        Assert.Equal("nonce-2", Assert.IsType<PendingSignInStore.Taken.Pending>(await SignIns(store)
            .TakeAsync("second", secret)).SignIn.Nonce);
        Assert.Equal("nonce-1", Assert.IsType<PendingSignInStore.Taken.Pending>(await SignIns(store)
            .TakeAsync("first", secret)).SignIn.Nonce);
    }

    [Theory, Row("CB-05")]
    [InlineData(-1, true), InlineData(0, false), InlineData(1, false)]
    public async Task A_sign_in_expires_by_the_clock_whatever_Redis_says(int secondsAfterTheLoginTimeout, bool found)
    {
        await using var store = await Store.OpenAsync(redis);
        await SignIns(store).KeepAsync(State, secret, Pending, "/orders");

        store.Time.Advance(store.Options.LoginTimeout + TimeSpan.FromSeconds(secondsAfterTheLoginTimeout));

        Assert.Equal(found, await SignIns(store).TakeAsync(State, secret) is PendingSignInStore.Taken.Pending);
        Assert.Equal(found, await SignIns(store).TakeAsync(State, secret) is PendingSignInStore.Taken.AlreadyCompleted);
    }

    [Fact]
    public async Task A_repeated_callback_reports_the_same_failure()
    {
        await using var store = await Store.OpenAsync(redis);
        await SignIns(store).KeepAsync(State, secret, Pending, "/orders");
        var taken = Assert.IsType<PendingSignInStore.Taken.Pending>(await SignIns(store).TakeAsync(State, secret));

        await SignIns(store).RememberFailureAsync(taken, SignInError.AccessDenied);

        Assert.Equal(new PendingSignInStore.Taken.AlreadyCompleted("/orders", "access_denied"),
            await SignIns(store).TakeAsync(State, secret));
    }

    [Fact, Row("SES-12", "LGN-10")]
    public async Task In_Redis_it_is_small_unreadable_and_gone_in_time()
    {
        await using var store = await Store.OpenAsync(redis);
        await SignIns(store).KeepAsync(State, secret, Pending with { FormerSession = secret }, "/orders");

        var keys = store.Redis.Multiplexer.GetServers().SelectMany(server => server.Keys(pattern: store.Prefix + "*")).ToArray();

        Assert.Equal(2, keys.Length);
        foreach (var key in keys)
        {
            var value = (byte[])(await store.Redis.StringGetAsync(key))!;
            Assert.InRange(value.Length, 1, 1024);
            foreach (var text in new[] { "the-nonce", "the-verifier", "/orders", State })
                Assert.Equal(-1, value.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(text)));
            Assert.Equal(-1, value.AsSpan().IndexOf(secret));
            Assert.DoesNotContain(State, key.ToString(), StringComparison.Ordinal);
            Assert.InRange((await store.Redis.KeyTimeToLiveAsync(key))!.Value, store.Options.LoginTimeout - TimeSpan.FromMinutes(1),
                store.Options.LoginTimeout);
        }
    }

    [Fact, Row("RED-14")]
    public async Task What_was_changed_in_Redis_is_not_found()
    {
        await using var store = await Store.OpenAsync(redis);
        await SignIns(store).KeepAsync(State, secret, Pending, "/orders");

        foreach (var key in store.Redis.Multiplexer.GetServers().SelectMany(server => server.Keys(pattern: store.Prefix + "*")).ToArray())
        {
            var value = (byte[])(await store.Redis.StringGetAsync(key))!;
            value[^1] ^= 1;
            await store.Redis.StringSetAsync(key, value);
        }

        Assert.IsType<PendingSignInStore.Taken.Unknown>(await SignIns(store).TakeAsync(State, secret));
    }

    private static PendingSignInStore SignIns(Store store) => new(store.Commands, store.Keys, store.Options, store.Time);
}
