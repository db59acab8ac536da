using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;
using Bff.Tests.Resilience;

namespace Bff.Tests.Refresh;

/// <summary>
/// The provider is slow, and the instance that asked it is killed: before the provider did its work, while its answer is on the way, and
/// when the answer has arrived but is not saved.
/// </summary>
[Collection(Alone.Name)]
[Row("RFR-09")]
public sealed class KilledHolderTests(SharedRedis redis)
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Killed_before_the_provider_did_its_work_no_one_is_signed_out()
    {
        await using var fleet = await Fleet.StartAsync(await redis.GetConfigurationAsync(), pool: ExpiredSessions.Rotation(grace: 0));
        var session = Assert.Single(await fleet.ExpiredAsync(1));
        fleet.Pool.Faults.On("/oauth2/token", new EndpointFault { Latency = Slow, Times = 1 });

        var lost = session.ApiAsync(at: 1);
        await Poll.UntilAsync(() => Task.FromResult(fleet.Pool.Requests.Grants("refresh_token") == 1));
        Task<HttpResponseMessage>[] others = [session.ApiAsync(at: 0), session.ApiAsync(at: 2)];
        await fleet[1].KillAsync();

        await others.AreOkAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => lost);
        Assert.Equal(2, fleet.Pool.Requests.Grants("refresh_token"));
        Assert.Empty(fleet.Ends());
    }

    [Theory]
    [InlineData(10), InlineData(0)]
    public async Task Killed_while_the_provider_answers_signs_no_one_out_within_the_grace(int grace)
    {
        await using var fleet = await Fleet.StartAsync(await redis.GetConfigurationAsync(), pool: ExpiredSessions.Rotation(grace));
        var sessions = await fleet.ExpiredAsync(2);
        var done = fleet.Pool.Requests.Done("/oauth2/token");
        fleet.Pool.Faults.On("/oauth2/token", new EndpointFault { AnswerLatency = Slow, Times = 1 });

        var lost = sessions[0].ApiAsync(at: 1);
        await Poll.UntilAsync(() => Task.FromResult(fleet.Pool.Requests.Done("/oauth2/token") > done));
        Task<HttpResponseMessage>[] others = [sessions[0].ApiAsync(at: 0), sessions[0].ApiAsync(at: 2)];
        var neighbour = sessions[1].ApiAsync(at: 2);
        await fleet[1].KillAsync();

        await AssertAsync(fleet, grace, sessions[0], others, neighbour);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => lost);
    }

    [Theory]
    [InlineData(10), InlineData(0)]
    public async Task Killed_before_it_saved_the_answer_signs_no_one_out_within_the_grace(int grace)
    {
        var configuration = await redis.GetConfigurationAsync();
        await using var gate = RedisGate.To(configuration);
        await using var fleet = await Fleet.StartAsync(configuration, instances: 2, pool: ExpiredSessions.Rotation(grace));
        fleet.Settings["Redis:Configuration"] = gate.Configuration;
        var killed = fleet.Add();
        await killed.StartAsync();
        var sessions = await fleet.ExpiredAsync(2);
        fleet.Pool.Faults.On("/oauth2/token", new EndpointFault { Latency = Slow, Times = 1 });
        var stop = gate.StopAt("WATCH", $"{fleet.KeyPrefix}session:");

        var lost = sessions[0].ApiAsync(at: 2);
        await Poll.UntilAsync(() => Task.FromResult(fleet.Pool.Requests.Grants("refresh_token") == 1));
        Task<HttpResponseMessage>[] others = [sessions[0].ApiAsync(at: 0), sessions[0].ApiAsync(at: 1)];
        var neighbour = sessions[1].ApiAsync(at: 0);
        await stop.Reached;
        await killed.KillAsync();

        await AssertAsync(fleet, grace, sessions[0], others, neighbour);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => lost);
    }

    private static async Task AssertAsync(Fleet fleet, int grace, FleetBrowser session, Task<HttpResponseMessage>[] others,
        Task<HttpResponseMessage> neighbour)
    {
        await new[] { neighbour }.AreOkAsync();
        if (grace > 0)
        {
            await others.AreOkAsync();
            Assert.Empty(fleet.Ends());
        }
        else
        {
            foreach (var answer in await Task.WhenAll(others))
                Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.ServiceUnavailable, $"{answer.StatusCode}");
            await Poll.UntilAsync(async () => (await session.ApiAsync(at: 0)).StatusCode == HttpStatusCode.Unauthorized);
            Assert.Contains("(not_renewed)", Assert.Single(fleet.Ends()), StringComparison.Ordinal);
        }
        Assert.Equal(3, fleet.Pool.Requests.Grants("refresh_token"));
    }
}
