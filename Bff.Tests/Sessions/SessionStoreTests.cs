using Bff.Sessions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>How sessions are kept, changed and ended in a real Redis.</summary>
public sealed class SessionStoreTests(SharedRedis redis)
{
    [Fact]
    public async Task A_session_comes_back_as_it_was()
    {
        await using var store = await Store.OpenAsync(redis);
        var session = store.Session();

        var stored = await store.CreateAsync(session);

        Assert.Equal((session.Subject, session.Issuer, session.CreatedAt, session.Tokens),
            (stored.Subject, stored.Issuer, stored.CreatedAt, stored.Tokens));
        Assert.Equal(session.Claims.Utf8, stored.Claims.Utf8);
    }

    [Fact, Row("SES-12")]
    public async Task Without_the_cookie_Redis_tells_nothing()
    {
        await using var store = await Store.OpenAsync(redis);
        var stored = await store.CreateAsync();

        var entries = await store.Redis.HashGetAllAsync(store.Keys.Session(stored.Id.Name));
        var all = string.Join('\n', entries.SelectMany(entry =>
            new[] { entry.Name.ToString(), Convert.ToHexString((byte[])entry.Value!) }));

        foreach (var secret in new[] { "the-access-token", "the-refresh-token", "the-id-token", The.Alice, The.Subject })
            Assert.DoesNotContain(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(secret)), all, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexString(stored.Id.Reveal()), all, StringComparison.Ordinal);
        Assert.Null(await store.LoadAsync(SessionId.Create()));
    }

    [Fact, Row("SES-12")]
    public async Task A_record_moved_to_another_session_does_not_open()
    {
        await using var store = await Store.OpenAsync(redis);
        var (alice, bob) = (await store.CreateAsync(), await store.CreateAsync());
        var payload = await store.Redis.HashGetAsync(store.Keys.Session(bob.Id.Name), "payload");

        await store.Redis.HashSetAsync(store.Keys.Session(alice.Id.Name), "payload", payload);

        Assert.Null(await store.LoadAsync(alice.Id));
    }

    [Theory, Row("SES-13")]
    [InlineData("payload", ""), InlineData("payload", "garbage"), InlineData("payload", null), InlineData("used", null)]
    [InlineData("used", "0")]
    public async Task A_spoilt_record_is_no_session_and_no_error(string field, string? value)
    {
        await using var store = await Store.OpenAsync(redis);
        var stored = await store.CreateAsync();
        var key = store.Keys.Session(stored.Id.Name);

        if (value is null) await store.Redis.HashDeleteAsync(key, field);
        else await store.Redis.HashSetAsync(key, field, value);

        Assert.Null(await store.LoadAsync(stored.Id));
    }

    [Fact]
    public async Task A_change_replaces_what_was_read_and_keeps_the_time_to_live()
    {
        await using var store = await Store.OpenAsync(redis);
        var stored = await store.CreateAsync();
        await store.Redis.KeyExpireAsync(store.Keys.Session(stored.Id.Name), TimeSpan.FromSeconds(100));

        var replaced = await store.ReplaceAsync(stored, "the-new-access-token");

        var loaded = (await store.LoadAsync(stored.Id))!;
        Assert.Equal("the-new-access-token", loaded.Tokens.AccessToken);
        Assert.Equal(replaced!.Version, loaded.Version);
        Assert.NotEqual(stored.Version, loaded.Version);
        Assert.InRange((await store.TimeToLiveAsync(stored.Id)).TotalSeconds, 90, 100);
    }

    [Fact, Row("RFR-02")]
    public async Task Of_twenty_changes_to_what_all_have_read_one_is_made()
    {
        await using var store = await Store.OpenAsync(redis);
        var stored = await store.CreateAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => store.ReplaceAsync(stored, $"token-{number}")));

        var winner = Assert.Single(results.OfType<Session>());
        Assert.Equal(winner.Tokens, (await store.LoadAsync(stored.Id))!.Tokens);
    }

    [Fact]
    public async Task A_use_in_between_does_not_lose_a_change()
    {
        await using var store = await Store.OpenAsync(redis);
        var stored = await store.CreateAsync();
        store.Time.Advance(store.Options.IdleTimeout / 2);
        await store.Sessions.UseAsync(stored.Id);

        Assert.NotNull(await store.ReplaceAsync(stored, "the-new-access-token"));
        await store.Sessions.UseAsync(stored.Id);

        Assert.Equal("the-new-access-token", (await store.LoadAsync(stored.Id))!.Tokens.AccessToken);
    }

    [Fact, Row("RFR-06")]
    public async Task A_change_that_comes_after_the_end_brings_no_session_back()
    {
        await using var store = await Store.OpenAsync(redis);
        var stored = await store.CreateAsync();
        await store.Sessions.TakeAsync(stored.Id);

        Assert.Null(await store.ReplaceAsync(stored, "the-new-access-token"));

        Assert.False(await store.Redis.KeyExistsAsync(store.Keys.Session(stored.Id.Name)));
    }

    [Fact, Row("OUT-01")]
    public async Task Of_twenty_ends_one_gets_the_session_that_ended()
    {
        await using var store = await Store.OpenAsync(redis);
        var stored = await store.CreateAsync();

        var ended = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.Sessions.TakeAsync(stored.Id)));

        Assert.Equal("the-access-token", Assert.Single(ended.OfType<Session>()).Tokens.AccessToken);
        Assert.Null(await store.LoadAsync(stored.Id));
        Assert.False(await store.Redis.KeyExistsAsync(store.Keys.Session(stored.Id.Name)));
    }

    [Fact]
    public async Task A_session_is_one_key_with_a_time_to_live_in_a_slot_of_its_own()
    {
        await using var store = await Store.OpenAsync(redis);
        var stored = await store.CreateAsync();

        Assert.Equal($"{store.Prefix}session:{{{stored.Id.Name}}}", store.Keys.Session(stored.Id.Name).ToString());
        Assert.Equal($"{store.Prefix}lease:{{{stored.Id.Name}}}", store.Keys.Lease(stored.Id.Name).ToString());
        Assert.NotNull(await store.Redis.KeyTimeToLiveAsync(store.Keys.Session(stored.Id.Name)));
    }
}
