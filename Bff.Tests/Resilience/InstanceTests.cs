using System.Net;
using System.Reflection;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Resilience;

/// <summary>Instances come and go, the provider too: what a process knows is never all that is known.</summary>
public sealed class InstanceTests(SharedRedis redis)
{
    [Fact, Row("OPS-03")]
    public async Task A_sign_in_begun_on_an_instance_that_died_is_finished_and_used_on_another()
    {
        await using var system = await BffSystem.StartAsync(redis);
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        var former = browser.Cookie(The.SessionCookie)!.Value;
        var callback = await browser.SignInUpToCallbackAsync(system, returnUrl: "/orders?x=1");

        await system.StopFirstAsync();
        var done = await browser.NavigateAsync(new Uri(other, callback.PathAndQuery), typed: true);

        Assert.Equal(new Uri(system.Spa, "/orders?x=1"), done.Location);
        // The browser's jar knows hosts, not ports, as browsers do.
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system, other)).StatusCode);
        system.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system, other)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello", other)).StatusCode);
        Raw.AssertAnonymous(await Raw.CallAsync(system, Raw.Session(former), at: other), "the session before");
        Assert.Equal(new Uri(system.Spa, "/orders?x=1"),
            (await browser.NavigateAsync(new Uri(other, callback.PathAndQuery), typed: true)).Location);
        Assert.Equal(2, system.Pool.Requests.Grants("authorization_code"));
    }

    [Fact, Row("OPS-03")]
    public async Task Sign_in_on_one_refresh_on_the_next_sign_out_on_the_first()
    {
        await using var system =
            await BffSystem.StartAsync(redis, pool: options =>
            (options.Clients[0].RefreshTokenRotation.Feature, options.Clients[0].RefreshTokenRotation.RetryGracePeriodSeconds) =
            ("ENABLED", 0));
        var other = await system.AddInstanceAsync();
        using var browser = system.Browser();
        await browser.SignInAsync(system);

        foreach (var at in (Uri[])[other, system.Url, other, system.Url])
        {
            system.Time.Advance(TimeSpan.FromMinutes(5));
            Assert.Equal(HttpStatusCode.OK, (await browser.RefreshAsync(system, at)).StatusCode);
        }
        var cookie = browser.Cookie(The.SessionCookie)!.Value;
        await browser.LogoutAsync(system);

        foreach (var at in (Uri[])[other, system.Url])
            Raw.AssertAnonymous(await Raw.CallAsync(system, Raw.Session(cookie), at: at), $"{at}");
    }

    [Fact, Row("OPS-05")]
    public async Task While_the_provider_is_down_sessions_work_until_their_access_token_expires()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Session:IdleTimeout", "04:00:00")]);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        foreach (var path in (string[])["/oauth2/token", "/oauth2/revoke", "/.well-known/openid-configuration",
            "/.well-known/jwks.json"]) system.Pool.Faults.On(path, new EndpointFault { DropRequest = true });

        system.Time.Advance(TimeSpan.FromMinutes(59.5));
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        system.Time.Advance(TimeSpan.FromMinutes(1));
        foreach (var (method, path) in ((string, string)[])[("GET", "/api/hello"), ("POST", "/refresh"), ("GET", "/api/hello")])
        {
            using var answer = await browser.CallAsync(system, new HttpMethod(method), path);
            await answer.ProblemAsync(HttpStatusCode.ServiceUnavailable, "provider_unavailable");
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        await system.RestartAsync();
        Assert.Equal(HttpStatusCode.OK, (await browser.MeAsync(system)).StatusCode);
        using var other = system.Browser();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await other.NavigateAsync(new Uri(system.Url, "/login"), typed: true)).Status);

        system.Pool.Faults.Clear();
        system.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.OK, (await browser.CallAsync(system, HttpMethod.Get, "/api/hello")).StatusCode);
        await other.SignInAsync(system, The.Bob);
    }

    [Theory, Row("OPS-06", "SES-07")]
    [InlineData(typeof(Microsoft.AspNetCore.DataProtection.IDataProtector), "10.0.7", "CVE-2026-40372: all-zero MACs were accepted")]
    [InlineData(typeof(Microsoft.AspNetCore.DataProtection.StackExchangeRedis.RedisXmlRepository), "10.0.7", "pulls Data Protection in")]
    [InlineData(typeof(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServer), "10.0.0", "CVE-2025-55315: request smuggling")]
    [InlineData(typeof(Yarp.ReverseProxy.Forwarder.IHttpForwarder), "2.0.1", "CVE-2023-33141: denial of service")]
    public void What_is_loaded_has_the_fix(Type part, string atLeast, string why)
    {
        var version = part.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];

        Assert.True(Version.TryParse(version, out var loaded), $"{version} is a preview.");
        Assert.True(loaded >= new Version(atLeast), $"{part.Assembly.GetName().Name} is {version}, not {atLeast}: {why}");
    }
}
