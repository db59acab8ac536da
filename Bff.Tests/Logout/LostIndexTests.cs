using System.Net;
using System.Text.Json.Nodes;
using Bff.Tests.Hosting;
using StackExchange.Redis;

namespace Bff.Tests.Logout;

/// <summary>The index of a user's sessions is only an index: lost, it comes back with their use, and what does not belong in it does no harm.</summary>
public sealed class LostIndexTests(SharedRedis redis)
{
    [Fact]
    public async Task Sessions_go_on_without_their_index_and_are_found_and_ended_again_once_they_are_used()
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        var system = target.System;
        using var laptop = await target.SignInAsync(sid: "a-session");
        using var phone = await target.SignInAsync(sid: "another-session");
        await system.Redis.KeyDeleteAsync([.. IndexKeys(system).Select(key => (RedisKey)key)]);

        Assert.Equal(["Chrome on Linux"], (await ListAsync(target, laptop)).Select(session => (string)session!["device"]!));
        Assert.True(await target.IsAliveAsync(phone));
        // A tenth of the idle timeout later its use is noted, and itself.
        system.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(HttpStatusCode.OK, (await phone.MeAsync(system)).StatusCode);
        var listed = await ListAsync(target, laptop);
        Assert.Equal(["Chrome on Linux", "Unknown device"], listed.Select(session => (string)session!["device"]!).Order());
        foreach (var key in IndexKeys(system)) Assert.InRange(await system.Redis.KeyTimeToLiveAsync(key) ?? TimeSpan.MaxValue, TimeSpan.FromHours(11), TimeSpan.FromHours(12) + TimeSpan.FromMinutes(1));

        await target.AssertCarriedOutAsync(target.Provider.LogoutToken(null, "another-session"));
        Assert.False(await target.IsAliveAsync(phone));
        Assert.Equal(HttpStatusCode.NoContent, (await laptop.CallAsync(system, HttpMethod.Delete, "/sessions")).StatusCode);
        Assert.True(await target.IsAliveAsync(laptop));
    }

    [Fact]
    public async Task A_refresh_brings_a_session_back_into_its_index_too()
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        using var browser = await target.SignInAsync();
        await target.System.Redis.KeyDeleteAsync([.. IndexKeys(target.System).Select(key => (RedisKey)key)]);
        target.System.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(target.System)).StatusCode);
        await target.AssertCarriedOutAsync(target.Provider.LogoutToken());

        Assert.False(await target.IsAliveAsync(browser));
    }

    [Theory]
    [InlineData("", 1), InlineData("garbage", 2), InlineData("{\"CreatedAt\":\"2026-01-02T03:04:05Z\",\"Device\":\"<script>\"}", 2)]
    public async Task An_entry_that_somebody_spoiled_hides_no_session_from_its_end_and_shows_nothing_of_itself(string entry, int shown)
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        using var laptop = await target.SignInAsync();
        using var phone = await target.SignInAsync();
        var name = (string)(await (await phone.MeAsync(target.System)).JsonAsync())["session"]!["id"]!;
        await target.System.Redis.HashSetAsync(IndexKeys(target.System).Single(), [new(name, entry), new("no-session", entry), new("*", entry)]);

        var listed = await ListAsync(target, laptop);
        Assert.Equal(shown, listed.Count);
        Assert.Single(listed, session => (bool)session!["current"]!);
        foreach (var spoiled in (string[])["garbage", "script", "2026-01-02"]) Assert.DoesNotContain(spoiled, listed.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await laptop.CallAsync(target.System, HttpMethod.Delete, "/sessions")).StatusCode);

        Assert.False(await target.IsAliveAsync(phone));
        Assert.True(await target.IsAliveAsync(laptop));
    }

    [Fact]
    public async Task A_session_that_has_run_out_is_not_listed_and_its_entry_goes()
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        using var phone = await target.SignInAsync();
        target.System.Time.Advance(TimeSpan.FromMinutes(61));
        using var laptop = await target.SignInAsync();

        Assert.Single(await ListAsync(target, laptop));

        Assert.Equal(1, await target.System.Redis.HashLengthAsync(IndexKeys(target.System).Single()));
    }

    private static List<string> IndexKeys(BffSystem system) => system.Keys().FindAll(key => key.Contains(":user:", StringComparison.Ordinal) || key.Contains(":sid:", StringComparison.Ordinal));

    private static async Task<JsonArray> ListAsync(LogoutTarget target, Browser browser) => (await (await browser.CallAsync(target.System, HttpMethod.Get, "/sessions")).JsonAsync())["sessions"]!.AsArray();
}
