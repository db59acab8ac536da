using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Logout;

/// <summary>A logout token that comes while it cannot be judged or carried out is not lost.</summary>
[Row("BCL-08")]
public sealed class BackChannelTroubleTests(SharedRedis redis)
{
    [Fact]
    public async Task While_the_keys_can_t_be_read_the_provider_is_told_to_come_again()
    {
        await using var target = await LogoutTarget.StartAsync(redis);
        using var browser = await target.SignInAsync();
        target.Provider.Answer(TestProvider.Jwks, 500, "");
        target.System.Time.Advance(TimeSpan.FromSeconds(40));
        var token = target.Provider.LogoutToken().SignedBy(TestKey.Third);
        target.Provider.PublishedKeys.Add(TestKey.Third.Jwk());

        using var answer = await target.SendAsync(token);

        await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.True(await target.IsAliveAsync(browser));
        target.Provider.Answer(TestProvider.Jwks, null);
        target.System.Time.Advance(answer.Headers.RetryAfter.Delta!.Value);
        await target.AssertCarriedOutAsync(token);
        Assert.False(await target.IsAliveAsync(browser));
    }

    [Fact]
    public async Task While_Redis_is_away_it_is_503_and_the_same_token_is_accepted_afterwards()
    {
        await using var server = await RedisServer.StartNewAsync(appendOnly: true);
        await using var target = await LogoutTarget.StartAsync(server.Configuration);
        using var browser = await target.SignInAsync();
        var token = target.Provider.LogoutToken();
        await server.StopAsync();

        await (await target.SendAsync(token)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "store_unavailable");
        await server.StartAsync();
        await Poll.UntilAsync(() => target.IsAliveAsync(browser));
        await target.AssertCarriedOutAsync(token);

        Assert.False(await target.IsAliveAsync(browser));
    }
}
