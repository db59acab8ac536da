using Bff.Tests.Hosting;
using Bff.Tests.Resilience;

namespace Bff.Tests.Refresh;

/// <summary>
/// However many ask on however many instances: one refresh for each session, and no request fails. A second would be refused, and end
/// the session.
/// </summary>
[Collection(Alone.Name)]
public sealed class OneRefreshTests(SharedRedis redis)
{
    // However long the machine takes for all requests: whose turn comes late finds the tokens fresh.
    private static readonly (string Key, string Value)[] Settings = [("Session:MinimumRefreshInterval", "01:00:00")];

    [Fact, Row("RFR-01", "RFR-02")]
    public async Task Two_hundred_requests_over_three_instances_cost_one_refresh()
    {
        await using var fleet =
            await Fleet.StartAsync(await redis.GetConfigurationAsync(), settings: Settings, pool: ExpiredSessions.Rotation(grace: 0));
        var session = Assert.Single(await fleet.ExpiredAsync(1));

        await Enumerable.Range(0, 200).Select(i => Call(session, i / 3, at: i % 3)).AreOkAsync();

        AssertRefreshes(fleet, 1);
    }

    [Fact, Row("RFR-01", "RFR-02")]
    public async Task A_hundred_sessions_that_expire_together_cost_a_refresh_each()
    {
        await using var fleet =
            await Fleet.StartAsync(await redis.GetConfigurationAsync(), settings: Settings, pool: ExpiredSessions.Rotation(grace: 0));
        var sessions = await fleet.ExpiredAsync(100);

        await sessions.SelectMany((session, number) => Enumerable.Range(0, 3).Select(i => Call(session, i, at: (i + number) % 3)))
            .AreOkAsync();

        AssertRefreshes(fleet, 100);
    }

    private static void AssertRefreshes(Fleet fleet, int expected)
    {
        var made = fleet.Pool.Requests.Grants("refresh_token");
        Assert.True(made == expected, $"{made} refreshes:\n{string.Join('\n', fleet.Instances.SelectMany(instance => instance.Log))}");
        Assert.Empty(fleet.Ends());
    }

    private static Task<HttpResponseMessage> Call(FleetBrowser session, int number, int at) => (number % 3) switch
    {
        0 => session.ApiAsync(at),
        1 => session.RefreshAsync(at),
        _ => session.MeAsync(at),
    };
}
