using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>A Redis that answers, and refuses to write: full, or a replica all of a sudden.</summary>
[Row("OPS-02")]
public sealed class UnwillingRedisTests
{
    [Theory]
    [InlineData("full", "CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0")]
    [InlineData("a replica", "REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE")]
    [InlineData("a master without its replicas", "CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0")]
    public async Task Sessions_stay_what_would_write_is_503_and_never_401_and_it_goes_on_by_itself(string what, string begin, string end)
    {
        await using var redis = new RedisNode(["--save", "", "--maxmemory-policy", "noeviction"]);
        await redis.StartAsync();
        await using var fleet =
            await Fleet.StartAsync(redis.Address, instances: 2, settings: [("Session:MinimumRefreshInterval", "00:00:00")]);
        using var user = await fleet.SignInAsync();
        using var stranger = fleet.Browser();
        var asked = fleet.Pool.Requests.TokenRequests.Count;

        Assert.Equal("OK", await redis.AskAsync(begin.Split(' ')));
        for (var round = 0; round < 5; round++)
        {
            foreach (var at in (int[])[0, 1])
            {
                // What only reads goes on where the library has not noticed yet that its master is one no more.
                Assert.True((await user.MeAsync(at)).StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, what);
                using var refresh = await user.RefreshAsync(at);
                await refresh.ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
                Assert.False(refresh.Headers.Contains("Set-Cookie"));
                Assert.Equal(HttpStatusCode.ServiceUnavailable,
                    (await stranger.Window.NavigateAsync(new Uri(fleet[at].Url, "/login"), typed: true)).Status);
                Assert.Equal(HttpStatusCode.OK, await fleet[at].HealthAsync("live"));
            }
        }
        Assert.Equal(asked, fleet.Pool.Requests.TokenRequests.Count);
        Assert.Equal("OK", await redis.AskAsync(end.Split(' ')));

        foreach (var at in (int[])[0, 1])
            await Poll.UntilAsync(async () => (await user.RefreshAsync(at)).StatusCode == HttpStatusCode.OK, "it did not recover");
        using var next = await fleet.SignInAsync();
        Assert.Equal(HttpStatusCode.OK, (await next.MeAsync(at: 1)).StatusCode);
        Assert.NotNull(user.Session);
    }
}
