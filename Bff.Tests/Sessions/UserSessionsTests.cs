using Bff.Sessions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>The index of a user who signs in again and again.</summary>
public sealed class UserSessionsTests(SharedRedis redis)
{
    [Fact, Row("SES-12")]
    public async Task A_user_who_never_signs_out_leaves_a_bounded_index_and_what_lives_stays_in_it()
    {
        await using var store = await Store.OpenAsync(redis);
        var user = SessionGroup.OfUser(store.Session().Issuer, The.Subject);
        var alive = new List<string>();
        var most = 0L;
        using var sessions = Sessions(store);

        for (var i = 0; i < 220; i++)
        {
            // One in twenty lives on; the others' records are gone, as if their idle timeout had passed.
            var id = SessionId.Create();
            await sessions.BeginAsync(id, store.Session(), "Chrome on Linux");
            if (i % 20 == 0) alive.Add(id.Name);
            else await store.Redis.KeyDeleteAsync(store.Keys.Session(id.Name));
            store.Time.Advance(TimeSpan.FromSeconds(10));
            most = Math.Max(most, await store.Redis.HashLengthAsync(store.Keys.Group(user)));
        }

        Assert.InRange(most, 40, 100);
        var listed = await store.Index.ListAsync(user);
        Assert.All(alive, name => Assert.True(listed.ContainsKey(name)));
    }

    [Fact]
    public async Task What_was_to_end_when_Redis_failed_is_ended_at_the_next_look()
    {
        await using var store = await Store.OpenAsync(redis);
        var user = SessionGroup.OfUser(store.Session().Issuer, The.Subject);
        var (thief, own) = (SessionId.Create(), SessionId.Create());
        using var sessions = Sessions(store);
        foreach (var id in (SessionId[])[thief, own]) Assert.True(await sessions.BeginAsync(id, store.Session(), "Chrome on Linux"));

        // As far as an end came whose second step failed.
        await store.Index.MarkAsync(user, [thief.Name]);
        var listed = await sessions.ListAsync((await store.LoadAsync(own))!, "Chrome on Linux");

        Assert.Equal(own.Name, Assert.Single(listed).Name);
        Assert.Null(await store.LoadAsync(thief));
        Assert.DoesNotContain(thief.Name, await store.Index.ListAsync(user));
    }

    [Theory]
    [InlineData("a later version's"), InlineData("null")]
    public async Task An_entry_that_cannot_be_read_ends_nothing(string entry)
    {
        await using var store = await Store.OpenAsync(redis);
        var user = SessionGroup.OfUser(store.Session().Issuer, The.Subject);
        var (other, own) = (SessionId.Create(), SessionId.Create());
        using var sessions = Sessions(store);
        foreach (var id in (SessionId[])[other, own]) Assert.True(await sessions.BeginAsync(id, store.Session(), "Chrome on Linux"));
        await store.Redis.HashSetAsync(store.Keys.Group(user), other.Name, entry == "null" ? user.Close(other.Name, "null"u8.ToArray()) : entry);

        var listed = await sessions.ListAsync((await store.LoadAsync(own))!, "Chrome on Linux");

        Assert.Equal(["Chrome on Linux", "Unknown device"], listed.Select(session => session.Device).Order());
        Assert.NotNull(await store.LoadAsync(other));
        Assert.True(await sessions.EndOneAsync(store.Session(), other.Name, EndReason.EndedElsewhere));
        Assert.Null(await store.LoadAsync(other));
    }

    [Fact, Row("SES-12")]
    public async Task A_mark_on_what_others_have_ended_meanwhile_leaves_no_key_for_ever()
    {
        await using var store = await Store.OpenAsync(redis);
        var user = SessionGroup.OfUser(store.Session().Issuer, The.Subject);

        await store.Index.MarkAsync(user, [SessionId.Create().Name]);

        Assert.NotNull(await store.Redis.KeyTimeToLiveAsync(store.Keys.Group(user)));
    }

    [Fact, Row("OPS-02")]
    public async Task A_list_waits_for_others_within_bounds()
    {
        var configuration = await redis.GetConfigurationAsync();
        await using var gate = RedisGate.To(configuration);
        await using var store = await Store.OpenAsync(configuration);
        await using var slow = await Store.OpenAsync(gate.Configuration);
        using var sessions = new UserSessions(slow.Sessions, store.Index, store.Time);
        var own = await store.CreateAsync();
        var stop = gate.StopAt("HGET");

        Task<IReadOnlyList<ListedSession>>[] reading = [ListAsync(), ListAsync()];
        await stop.Reached;
        var refused = await Record.ExceptionAsync(() => ListAsync().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        stop.Go();

        Assert.IsType<Bff.Storage.StoreUnavailableException>(refused);
        await Task.WhenAll(reading);

        Task<IReadOnlyList<ListedSession>> ListAsync() => sessions.ListAsync(own, "Chrome on Linux");
    }

    [Fact]
    public async Task A_list_read_where_the_clock_is_ahead_makes_no_sign_in_fail()
    {
        var configuration = await redis.GetConfigurationAsync();
        await using var gate = RedisGate.To(configuration);
        await using var store = await Store.OpenAsync(configuration);
        await using var slow = await Store.OpenAsync(gate.Configuration);
        var ahead = new WrongClock(store.Time) { Error = TimeSpan.FromMinutes(10) };
        using UserSessions begins = new(slow.Sessions, store.Index, store.Time), lists = new(store.SessionsBy(ahead), store.Index, ahead);
        var own = await store.CreateAsync();
        var stop = gate.StopAt("SET", ":session:");

        var beginning = begins.BeginAsync(SessionId.Create(), store.Session(), "Chrome on Linux");
        await stop.Reached;
        await lists.ListAsync(own, "Chrome on Linux");
        stop.Go();

        Assert.True(await beginning);
    }

    private static UserSessions Sessions(Store store) => new(store.Sessions, store.Index, store.Time);
}
