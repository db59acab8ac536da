using System.Net;
using Bff.Tests.Hosting;

namespace Bff.Tests.Settings;

/// <summary>Settings that are well-formed and wrong: the program starts, and the log says which one it is.</summary>
public sealed class WrongSettingsTests(SharedRedis redis)
{
    [Fact]
    public async Task A_wrong_client_secret_is_named_in_the_log()
    {
        await using var system = await BffSystem.StartAsync(redis, [("Oidc:ClientSecret", "not-the-one-of-this-client")]);
        using var browser = system.Browser();

        await browser.SignInUpToCallbackAsync(system);
        var page = await browser.FollowAsync();

        Assert.EndsWith("?login_error=provider_unavailable", page.Location.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains("Oidc:ClientSecret", system.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_that_is_no_issuer_is_named_in_the_log()
    {
        await using var system = await BffSystem.StartAsync(redis);
        // As the sign-in domain in place of the issuer.
        system.Settings["Oidc:Authority"] = system.Pool.Options.DomainUrl.Origin();
        await system.RestartAsync();
        using var browser = system.Browser();

        var page = await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.Contains("HTTP 400", system.Logs.All, StringComparison.Ordinal);
        Assert.Contains("Oidc:Authority must be the issuer", system.Logs.All, StringComparison.Ordinal);
        Assert.DoesNotContain("PII", system.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_Redis_password_is_said_in_one_line_without_a_stack_trace()
    {
        await using var server = await RedisServer.StartNewAsync(password: "the-right-one");
        await using var system =
            await BffSystem.StartAsync(server.Configuration.Replace("the-right-one", "another", StringComparison.Ordinal)
            + ",connectTimeout=1000");

        await Poll.UntilAsync(() =>
        {
            system.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(system.Logs.All.Contains("Redis does not answer at", StringComparison.Ordinal));
        });
        using var browser = system.Browser();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true)).Status);

        Assert.Contains($"Redis does not answer at 127.0.0.1:{server.Port}. If it runs, look at Redis:Configuration", system.Logs.All,
            StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", system.Logs.All, StringComparison.Ordinal);
    }
}
