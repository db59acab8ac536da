using System.Diagnostics;
using System.Net;
using Bff.Tests.Hosting;
using Bff.Tests.Sessions;
using StackExchange.Redis;

namespace Bff.Tests.Resilience;

/// <summary>A thousand pages with an open event stream on one instance, and what happens on another.</summary>
[Collection(Alone.Name)]
public sealed class ManyStreamsTests(SharedRedis redis, ITestOutputHelper output)
{
    private const int Devices = 20, TabsEach = 50;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_thousand_streams_cost_little_and_get_a_sign_out_elsewhere_within_a_second()
    {
        await using var fleet = await Fleet.StartAsync(await redis.GetConfigurationAsync(), instances: 2);
        var browsers = new List<FleetBrowser>();
        var tabs = new List<(FleetBrowser Browser, PageEvents Page)>();
        try
        {
            for (var device = 0; device < Devices; device++)
                browsers.Add(await fleet.SignInAsync(at: device % 2, user: device % 2 == 0 ? The.Alice : The.Bob));
            // What the first ones make the runtime load is not theirs.
            for (var warm = 0; warm < 20; warm++) (await OpenAsync(fleet, browsers[0])).Dispose();
            var before = fleet[0].WorkingSet;

            foreach (var browser in browsers)
                foreach (var page in await Task.WhenAll(Enumerable.Range(0, TabsEach).Select(_ => OpenAsync(fleet, browser))))
                    tabs.Add((browser, page));

            var perStream = (fleet[0].WorkingSet - before) / tabs.Count;
            output.WriteLine($"{tabs.Count} open streams on one instance: {perStream / 1024.0:F1} KiB of working set each, "
                + $"{fleet[0].Threads} threads.");
            Assert.Equal(Devices * TabsEach, tabs.Count);
            Assert.InRange(perStream, 0, 100 * 1024);
            // One subscription for all, and none of an instance that has no stream.
            Assert.Equal(1, await fleet.RedisConnection.GetServers()[0]
                .SubscriptionSubscriberCountAsync(RedisChannel.Literal(fleet.KeyPrefix + "sessions")));

            var hers = tabs.Where(tab => tab.Browser == browsers[0]).Select(tab => tab.Page).ToList();
            var heard = Task.WhenAll(hers.Select(EndAsync));
            Assert.Equal(HttpStatusCode.OK, (await browsers[0].LogoutAsync(at: 1)).StatusCode);
            await WithinASecondAsync(heard, $"The sign-out on the other instance reached {hers.Count} tabs");
            Assert.All(await heard, reason => Assert.Equal("signed_out", reason));

            var alices = tabs.Where(tab => tab.Browser != browsers[0] && browsers.IndexOf(tab.Browser) % 2 == 0).Select(tab => tab.Page)
                .ToList();
            var subject = (string)(await (await browsers[2].MeAsync()).JsonAsync())["sub"]!;
            var all = Task.WhenAll(alices.Select(EndAsync));
            Assert.Equal(HttpStatusCode.Accepted, (await fleet.RevokeAsync(at: 1, subject)).StatusCode);
            await WithinASecondAsync(all, $"The revocation on the other instance reached {alices.Count} tabs");
            Assert.All(await all, reason => Assert.Equal("revoked", reason));

            // The other user's are open as before.
            var bobs = tabs.Where(tab => browsers.IndexOf(tab.Browser) % 2 == 1).Select(tab => tab.Page).ToList();
            Assert.Equal(HttpStatusCode.OK, (await browsers[1].LogoutAsync()).StatusCode);
            Assert.All(await Task.WhenAll(bobs.Take(TabsEach).Select(EndAsync)), reason => Assert.Equal("signed_out", reason));
        }
        finally
        {
            tabs.ForEach(tab => tab.Page.Dispose());
            browsers.ForEach(browser => browser.Dispose());
        }
    }

    private static Task<PageEvents> OpenAsync(Fleet fleet, FleetBrowser browser) =>
        PageEvents.OpenAsync(fleet[0].Url, fleet.Spa, browser.Window);

    private static async Task<string> EndAsync(PageEvents page) => (string)(await page.NextAsync("session-ended"))["reason"]!;

    private async Task WithinASecondAsync(Task heard, string what)
    {
        var answered = Stopwatch.GetTimestamp();
        await heard;
        var took = Stopwatch.GetElapsedTime(answered);
        output.WriteLine($"{what} {took.TotalMilliseconds:F0} ms after its answer.");
        Assert.True(took < Soon, $"{what} only after {took}.");
    }
}
