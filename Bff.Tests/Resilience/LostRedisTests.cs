using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>A Redis that is gone for a while, or comes back with nothing.</summary>
[Row("OPS-02")]
public sealed class LostRedisTests
{
    [Fact]
    public async Task Restarted_with_its_data_all_users_are_still_signed_in()
    {
        await using var redis = await RedisServer.StartNewAsync(appendOnly: true);
        await using var fleet = await Fleet.StartAsync(redis.Configuration, instances: 2, settings: Tour.Settings);
        using var user = await fleet.SignInAsync(user: The.Bob);

        await redis.StopAsync();
        foreach (var at in (int[])[0, 1])
            await (await user.MeAsync(at)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        await redis.StartAsync();
        foreach (var instance in fleet.Instances) await instance.ReadyAsync();

        foreach (var at in (int[])[0, 1]) Assert.Equal(HttpStatusCode.OK, (await user.MeAsync(at)).StatusCode);
        await Tour.TakeAsync(fleet);
    }

    [Theory]
    [InlineData("restarted without its data"), InlineData("FLUSHALL")]
    public async Task With_all_data_lost_users_sign_in_again_on_old_and_new_instances(string how)
    {
        await using var redis = await RedisServer.StartNewAsync();
        // One after the other: two that find no key ring at the same moment make a key each, and know the other's only a while later.
        await using var fleet = await Fleet.StartAsync(redis.Configuration, instances: 1);
        await fleet.Add().StartAsync();
        using var user = await fleet.SignInAsync();

        if (how == "FLUSHALL")
        {
            await fleet.Redis.ExecuteAsync("FLUSHALL");
        }
        else
        {
            await redis.StopAsync();
            await redis.StartAsync();
            foreach (var instance in fleet.Instances) await instance.ReadyAsync();
        }
        foreach (var at in (int[])[0, 1]) await (await user.MeAsync(at)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
        using var again = await fleet.SignInAsync(at: 1);
        Assert.Equal(HttpStatusCode.OK, (await again.MeAsync(at: 0)).StatusCode);

        // The keys of the cookies were lost too: the instances that have them write them back.
        await Poll.UntilAsync(() => fleet.Redis.KeyExistsAsync(fleet.KeyPrefix + "keys"), "the key ring was not written back");
        await fleet.Add().StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await again.MeAsync(at: 2)).StatusCode);
        using var last = await fleet.SignInAsync(at: 2);
        foreach (var at in (int[])[0, 1, 2]) Assert.Equal(HttpStatusCode.OK, (await last.MeAsync(at)).StatusCode);
        Assert.Equal(1, await fleet.Redis.ListLengthAsync(fleet.KeyPrefix + "keys"));
    }

    [Fact]
    public async Task An_empty_replica_signs_no_one_out_while_the_primary_is_away()
    {
        await using var master = new RedisNode(["--save", "", "--appendonly", "yes", "--appendfsync", "always"]);
        await master.StartAsync();
        await using var replica = new RedisNode(["--save", "", "--replicaof", "127.0.0.1", $"{FreePort.Next()}"]);
        await replica.StartAsync();
        await using var fleet = await Fleet.StartAsync($"{master.Address},{replica.Address}", instances: 1);
        using var user = await fleet.SignInAsync();

        await master.KillAsync();
        for (var i = 0; i < 20; i++)
        {
            using var answer = await user.MeAsync();
            await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await fleet[0].HealthAsync("ready"));
        await master.StartAsync();
        await fleet[0].ReadyAsync();

        Assert.Equal(HttpStatusCode.OK, (await user.MeAsync()).StatusCode);
    }
}
