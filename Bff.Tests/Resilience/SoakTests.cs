using System.Globalization;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>
/// People at work over three processes while Redis and the user pool go away at random. Lasts 45 seconds, or as
/// long as the environment variable <c>SOAK_MINUTES</c> says.
/// </summary>
[Collection(Alone.Name)]
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int People = 12;

    private static readonly TimeSpan Length =
        TimeSpan.FromMinutes(double.TryParse(Environment.GetEnvironmentVariable("SOAK_MINUTES"), CultureInfo.InvariantCulture,
        out var minutes) ? minutes : 0.75);

    [Fact, Row("OPS-02", "OPS-03", "RFR-05", "RFR-09")]
    public async Task No_session_is_lost_without_a_cause_in_the_log_and_nothing_grows()
    {
        await using var redis = await RedisServer.StartNewAsync(appendOnly: true);
        await using var fleet =
            await Fleet.StartAsync(redis.Configuration, settings: [("Session:RefreshBefore", "00:00:01"),
            ("Session:MinimumRefreshInterval", "00:00:01"), ("Oidc:BackchannelTimeout", "00:00:05"),
        ("RateLimit:LoginsPerMinute", "100000")], pool: options =>
        {
            var client = options.Clients[0];
            (client.RefreshTokenRotation.Feature, client.RefreshTokenRotation.RetryGracePeriodSeconds) = ("ENABLED", 10);
        });
        fleet.Pool.Faults.Plan = fleet.Pool.Faults.Plan with { AccessTokenLifetime = TimeSpan.FromSeconds(5) };
        var report = new SoakReport();
        var trouble = new Trouble(redis, fleet.Pool);
        var people = Enumerable.Range(0, People).Select(i => new SoakPerson(fleet, i, trouble, report)).ToList();
        try
        {
            await Task.WhenAll(people.Select(person => person.WorkForAsync(Length / 3)));
            var early = await Footprint.OfAsync(fleet);

            var working = Task.WhenAll(people.Select(person => person.WorkForAsync(Length * 2 / 3)));
            await trouble.MakeUntilAsync(working);
            await working;
            await Task.WhenAll(people.Select(person => person.SettleAsync()));
            var late = await Footprint.OfAsync(fleet);

            output.WriteLine($"{Length.TotalMinutes:F1} minutes, {trouble}");
            output.WriteLine(report.ToString());
            foreach (var cause in report.Lost.CountBy(lost => CauseOfEnd.Reason(fleet, lost)))
                output.WriteLine($"gone by {cause.Key}: {cause.Value}");
            output.WriteLine($"after a third: {early}\nat the end:    {late}");
            Assert.Empty(report.Unexplained);
            Assert.All(report.Lost, lost =>
                Assert.True(CauseOfEnd.Of(fleet, lost) is not null, $"The session {lost} was lost, and no log says why."));
            Assert.All(fleet.Instances, instance => Assert.True(instance.IsRunning));
            Assert.Empty(await Footprint.KeysWithoutEndAsync(fleet));
            late.IsNoMoreThan(early);
            foreach (var way in report.EveryWay)
                Assert.True(report.Count(way) > 0, $"The soak never did {way}.");
        }
        finally
        {
            people.ForEach(person => person.Dispose());
        }
    }
}
