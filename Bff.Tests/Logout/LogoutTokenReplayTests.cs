using System.Net;
using Bff.Tests.Hosting;
using StackExchange.Redis;

namespace Bff.Tests.Logout;

/// <summary>A logout token is carried out once, and only as much of it is kept as that takes.</summary>
public sealed class LogoutTokenReplayTests(SharedRedis redis)
{
    [Fact, Row("BCL-08")]
    public async Task A_token_that_was_carried_out_is_refused_on_every_instance()
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        var other = await target.System.AddInstanceAsync();
        using var before = await target.SignInAsync();
        var token = target.Provider.LogoutToken().Compact();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(number => target.SendAsync(token, number % 2 == 0 ? other : target.System.Url)));

        // At the same moment the sessions may end twice, which does no harm.
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest));
        Assert.False(await target.IsAliveAsync(before));
        using var after = await target.SignInAsync();
        Assert.Contains("jti", await target.AssertRefusedAsync("a replay", token), StringComparison.Ordinal);
        await target.System.RestartAsync();
        Assert.Contains("jti", await target.AssertRefusedAsync("a replay after a restart", token), StringComparison.Ordinal);
        target.System.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.DoesNotContain("jti", await target.AssertRefusedAsync("a replay after its time", token), StringComparison.Ordinal);
        Assert.True(await target.IsAliveAsync(after));
        await target.AssertCarriedOutAsync(target.Provider.LogoutToken());
        Assert.False(await target.IsAliveAsync(after));
    }

    [Fact, Row("BCL-08", "SES-12")]
    public async Task What_is_kept_of_a_token_names_nobody_and_lasts_as_long_as_the_token_is_good()
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        await target.AssertCarriedOutAsync(target.Provider.LogoutToken().With("jti", "canary-jti"));
        await target.AssertCarriedOutAsync(target.Provider.LogoutToken()
            .With("exp", target.System.Time.GetUtcNow().AddYears(100).ToUnixTimeSeconds()));

        var keys = target.System.Keys().Where(key => key.Contains(":provider-logout:", StringComparison.Ordinal)).ToList();
        var left = await Task.WhenAll(keys.Select(key => target.System.Redis.KeyTimeToLiveAsync(key)));

        Assert.Equal(2, keys.Count);
        Assert.InRange(left.Min()!.Value, TimeSpan.FromSeconds(150), TimeSpan.FromSeconds(180));
        Assert.InRange(left.Max()!.Value, TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(61));
        var all = (await RedisCopy.OfAsync(target.System)).All;
        foreach (var word in (string[])["canary-jti", The.Subject]) Assert.DoesNotContain(word, all, StringComparison.Ordinal);
    }

    [Fact, Row("BCL-08")]
    public async Task A_token_that_Redis_failed_to_carry_out_is_not_used_up()
    {
        await using var server = await RedisServer.StartNewAsync(appendOnly: true);
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.Configuration + ",allowAdmin=true");
        Task<RedisResult> AllowAsync(params string[] rules) =>
            admin.GetDatabase().ExecuteAsync("ACL", ["SETUSER", "bff", "on", ">secret", "~*", "&*", "+@all", .. rules]);
        await AllowAsync();
        await using var target = await LogoutTarget.StartAsync($"{server.Configuration},user=bff,password=secret");
        using var browser = await target.SignInAsync();
        var (token, another) = (target.Provider.LogoutToken(), target.Provider.LogoutToken());

        // The index cannot be read; then the sessions cannot be deleted.
        await AllowAsync("-hgetall");
        await (await target.SendAsync(token)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        await AllowAsync("+hgetall", "-del", "-unlink");
        await (await target.SendAsync(another)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        await AllowAsync();

        Assert.True(await target.IsAliveAsync(browser));
        await target.AssertCarriedOutAsync(another);
        await target.AssertCarriedOutAsync(token);
        Assert.False(await target.IsAliveAsync(browser));
    }
}
