using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>What the BFF does while its user pool cannot be read, or is not the configured one.</summary>
public sealed class UserPoolOutageTests(SharedRedis shared)
{
    [Fact]
    [Row("OPS-05")]
    public async Task The_BFF_starts_without_the_user_pool_keeps_sessions_and_signs_in_later()
    {
        await using var system = await BffSystem.StartAsync(shared);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        // The API must have read the keys too: this is about the BFF alone.
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        system.Pool.Faults.On("/.well-known/openid-configuration", new EndpointFault { Status = 500 });
        await system.RestartAsync();
        using var other = system.Browser();

        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        var page = await other.NavigateAsync(new Uri(system.Url, "/login"), typed: true);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.Contains("provider_unavailable", page.Says, StringComparison.Ordinal);
        Assert.NotNull(page.Response.Headers.RetryAfter);

        system.Pool.Faults.Clear();
        system.Time.Advance(TimeSpan.FromSeconds(2));
        await other.SignInAsync(system);
        system.Pool.Faults.On("/.well-known/openid-configuration", new EndpointFault { Status = 500 });
        Assert.Equal(HttpStatusCode.Found, (await other.NavigateAsync(new Uri(system.Url, "/login"), typed: true)).Status);
    }

    [Fact]
    public async Task A_wrong_issuer_in_the_metadata_is_refused_and_said_in_the_log()
    {
        await using var system = await BffSystem.StartAsync(shared, [("Oidc:Authority", "http://localhost:1/replaced")]);
        system.Settings["Oidc:Authority"] = system.Pool.IssuerUrl + "/";
        await system.RestartAsync();
        using var browser = system.Browser();

        var page = await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.Contains("byte for byte", system.Logs.All, StringComparison.Ordinal);
    }
}
