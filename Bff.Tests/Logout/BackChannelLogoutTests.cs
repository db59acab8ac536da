using System.Net;
using Bff.Tests.Hosting;
using Microsoft.AspNetCore.Http;

namespace Bff.Tests.Logout;

/// <summary>What a logout at the provider ends here (OpenID Connect Back-Channel Logout 2.7), on whichever instance.</summary>
public sealed class BackChannelLogoutTests(SharedRedis redis)
{
    private const string Bob = "b0b00000-0000-4000-8000-000000000000";

    [Fact, Row("BCL-01")]
    public async Task A_sign_out_at_the_provider_ends_the_sessions_on_all_devices_and_instances()
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        var other = await target.System.AddInstanceAsync();
        using var laptop = await target.SignInAsync();
        using var phone = await target.SignInAsync();
        using var stranger = await target.SignInAsync(Bob);

        await target.AssertCarriedOutAsync(target.Provider.LogoutToken(), other);

        foreach (var at in (Uri[])[target.System.Url, other])
        {
            foreach (var browser in (Browser[])[laptop, phone])
                await (await browser.MeAsync(target.System, at)).ProblemAsync(HttpStatusCode.Unauthorized, "no_session");
            Assert.True(await target.IsAliveAsync(stranger, at));
        }
        Assert.Equal(1, target.Sessions);
        Assert.Equal(2, target.System.Logs.Events.Count(line =>
            line.Event.Name == "Ended" && line.Properties.GetValueOrDefault("Reason") == "provider_logout"));
    }

    [Fact, Row("BCL-06")]
    public async Task By_sid_one_session_ends_by_sub_all_and_by_both_what_is_of_both()
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        (string What, string? Subject, string? Sid, string Ends)[] rows =
        [
            ("sub alone", The.Subject, null, "A B"), ("sid alone", null, "one", "A"), ("both", The.Subject, "two", "B"),
            ("both, of different sessions", The.Subject, "three", ""), ("both, of different users", Bob, "one", ""),
            ("an unknown sid", null, "four", ""), ("an unknown user", "nobody", null, ""),
            ("a known user with an unknown sid", The.Subject, "four", ""), ("a sid that is the sub", null, The.Subject, ""),
            ("a sub that is the sid", "one", null, ""), ("a sid in capitals", null, "ONE", ""),
        ];

        foreach (var (what, subject, sid, ends) in rows)
        {
            Dictionary<string, Browser> browsers =
                new()
                {
                    ["A"] = await target.SignInAsync(sid: "one"),
                    ["B"] = await target.SignInAsync(sid: "two"),
                    ["C"] = await target.SignInAsync(Bob, "three")
                };

            await target.AssertCarriedOutAsync(target.Provider.LogoutToken(subject, sid));

            var alive = await Task.WhenAll(browsers.Select(async pair => (pair.Key, IsAlive: await target.IsAliveAsync(pair.Value))));
            Assert.True(ends == string.Join(' ', alive.Where(pair => !pair.IsAlive).Select(pair => pair.Key)),
                $"{what}: {string.Join(' ', alive)}");
            foreach (var browser in browsers.Values)
            {
                await browser.LogoutAsync(target.System);
                browser.Dispose();
            }
        }
    }

    [Fact, Row("BCL-06")]
    public async Task A_sid_and_a_sub_count_within_their_issuer()
    {
        await using var here = await LogoutTarget.StartAsync(redis);
        await using var there = await LogoutTarget.StartAsync(redis, ("Redis:KeyPrefix", here.System.KeyPrefix));
        using var neighbour = await there.SignInAsync(sid: "one");

        await here.AssertCarriedOutAsync(here.Provider.LogoutToken());
        await here.AssertCarriedOutAsync(here.Provider.LogoutToken(null, "one"));
        await here.AssertRefusedAsync("of the other issuer", there.Provider.LogoutToken().Compact());

        Assert.True(await there.IsAliveAsync(neighbour));
        await there.AssertCarriedOutAsync(there.Provider.LogoutToken(null, "one"));
        Assert.False(await there.IsAliveAsync(neighbour));
    }

    [Theory, Row("BCL-06", "RFR-07")]
    [InlineData("one", "one", "one"), InlineData("one", "two", "one"), InlineData("one", null, "one")]
    public async Task A_refresh_leaves_a_session_with_the_sid_of_its_sign_in(string? before, string? after, string loggedOut)
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        using var browser = await target.SignInAsync(sid: before);
        using var stranger = await target.SignInAsync(Bob, "three");
        target.Say(The.Subject, after);
        target.System.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(target.System)).StatusCode);

        await target.AssertCarriedOutAsync(target.Provider.LogoutToken(null, loggedOut));

        Assert.False(await target.IsAliveAsync(browser));
        Assert.True(await target.IsAliveAsync(stranger));
    }

    [Fact, Row("BCL-01", "OUT-01")]
    public async Task A_stream_on_another_instance_is_cut_at_once()
    {
        await using var api = await RecordingApi.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: hello\n\n");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await using var target = await LogoutTarget.StartAsync(redis, api.Settings);
        var other = await target.System.AddInstanceAsync();
        using var browser = await target.SignInAsync();
        using var stream = await OpenStream.EventsAsync(target.System, browser, other);
        await stream.IsAliveAsync();

        await target.AssertCarriedOutAsync(target.Provider.LogoutToken());
        var sent = TimeProvider.System.GetTimestamp();
        await stream.IsCutAsync();

        // Promised within a second; a busy machine may take a little more, and who only looks now and then takes 30.
        Assert.InRange(TimeProvider.System.GetElapsedTime(sent), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }
}
