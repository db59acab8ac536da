using Bff.Sessions;
using Bff.Tests.Hosting;

namespace Bff.Tests.Sessions;

/// <summary>The index of a user's sessions.</summary>
public sealed class UserSessionsTests(SharedRedis redis)
{
    [Fact, Row("SES-12")]
    public async Task Entries_of_ended_sessions_are_removed_and_those_of_others_stay()
    {
        await using var store = await Store.OpenAsync(redis);
        var alive = new List<string>();
        var most = 0L;

        for (var i = 0; i < 420; i++)
        {
            var session = store.Session();
            await store.Index.AddAsync(session, "Chrome on Linux");
            // One in twenty is created; the others look as if their idle timeout had passed.
            if (i % 20 == 0)
            {
                await store.Sessions.CreateAsync(session);
                alive.Add(session.Id.Name);
            }
            store.Time.Advance(TimeSpan.FromSeconds(5));
            most = Math.Max(most, await store.IndexLengthAsync());
        }

        Assert.InRange(most, 100, 320);
        var names = await store.Index.NamesAsync([store.User]);
        Assert.All(alive, name => Assert.Contains(name, names));
    }

    [Fact, Row("SES-12")]
    public async Task The_index_expires_after_its_youngest_session()
    {
        await using var store = await Store.OpenAsync(redis);

        await store.Index.AddAsync(store.Session(), "Chrome on Linux");

        Assert.InRange(await store.IndexTimeToLiveAsync(), store.Options.Lifetime, store.Options.Lifetime + TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("an entry of a later version"), InlineData("null")]
    public async Task An_unreadable_entry_is_listed_and_its_session_can_be_ended(string entry)
    {
        await using var store = await Store.OpenAsync(redis);
        var (other, own) = (await store.CreateAsync(), await store.CreateAsync());
        await store.Redis.HashSetAsync(store.IndexKey, other.Id.Name, entry == "null"
            ? SealedBox.Seal<object?>(store.User.EncryptionKey, store.User.Context(other.Id.Name), null) : entry);

        var listed = await store.Index.ListAsync(own, "Chrome on Linux");

        Assert.Equal(["Chrome on Linux", "Unknown device"], listed.Select(session => session.Device).Order());
        Assert.True(await store.Ending.EndOneAsync(store.User, other.Id.Name, EndReason.EndedElsewhere));
        Assert.Null(await store.LoadAsync(other.Id));
    }

    [Fact]
    public async Task A_list_has_the_newest_hundred_sessions_and_always_the_own()
    {
        await using var store = await Store.OpenAsync(redis);
        var own = await store.CreateAsync();
        for (var i = 0; i < 120; i++)
        {
            store.Time.Advance(TimeSpan.FromSeconds(1));
            await store.CreateAsync();
        }

        var listed = await store.Index.ListAsync(own, "Chrome on Linux");

        Assert.Equal(100, listed.Count);
        Assert.Equal(own.Id.Name, listed[^1].Name);
        Assert.Equal(listed[1].CreatedAt, listed[0].CreatedAt - TimeSpan.FromSeconds(1));
    }
}
