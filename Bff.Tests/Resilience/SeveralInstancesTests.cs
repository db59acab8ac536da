using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>One browser is served by several instances.</summary>
public sealed class SeveralInstancesTests(SharedRedis shared)
{
    [Fact]
    [Row("OPS-03")]
    public async Task Login_on_one_instance_callback_on_another_and_me_on_both()
    {
        await using var system = await BffSystem.StartAsync(shared);
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();

        var callback = await browser.SignInUpToCallbackAsync(system);
        var done = await browser.NavigateAsync(new Uri(other, callback.PathAndQuery), typed: true);

        Assert.Equal(system.Spa, done.Location);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system, other)).StatusCode);
        await browser.LogoutAsync(system);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.MeAsync(system, other)).StatusCode);
    }
}
