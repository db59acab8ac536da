using Bff.Sessions;
using Bff.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bff.Tests.Sessions;

/// <summary>What follows the end of a session.</summary>
public sealed class SessionEndsTests(SharedRedis redis)
{
    [Fact, Row("OPS-02")]
    public async Task A_message_that_Redis_does_not_take_holds_up_neither_this_instance_nor_the_index()
    {
        var configuration = await redis.GetConfigurationAsync();
        await using var gate = RedisGate.To(configuration);
        await using var store = await Store.OpenAsync(configuration);
        await using var slow = await Store.OpenAsync(gate.Configuration + ",asyncTimeout=120000");
        var (events, own) = (slow.Events, await store.CreateAsync());
        var heard = new List<SessionEvent>();
        events.Happened += heard.Add;
        await store.Index.KeepAsync(own.Session, own.Id.Name);
        var stop = gate.StopAt("PUBLISH");

        var following = new SessionEnds(events, store.Index, NullLogger<SessionEnds>.Instance).FollowAsync(own.Id.Name, EndReason.SignedOut, existed: true, own.Session);

        Assert.Equal(own.Id.Name, Assert.Single(heard).Session);
        await stop.Reached;
        try
        {
            await Poll.UntilAsync(async () => !await store.Index.HoldsAsync(own.Session.Groups()[0], own.Id.Name));
            Assert.False(following.IsCompleted);
        }
        finally
        {
            stop.Go();
        }
        await following;
    }
}
