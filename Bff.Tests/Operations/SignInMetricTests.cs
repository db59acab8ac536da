using System.Net;
using Bff.Local.UserPool.RemoteControl;
using Bff.Tests.Hosting;

namespace Bff.Tests.Operations;

/// <summary>What metrics say of sign-ins and sessions.</summary>
public sealed class SignInMetricTests(SharedRedis redis)
{
    [Fact]
    public async Task A_sign_in_is_started_and_completed_and_begins_a_session()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var measured = new Measured(system);
        using var browser = system.Browser();

        await browser.SignInAsync(system);

        Assert.Equal("""
            bff.provider.request.duration endpoint=discovery outcome=ok 1
            bff.provider.request.duration endpoint=keys outcome=ok 1
            bff.provider.request.duration endpoint=token outcome=ok 1
            bff.sessions.begun 1
            bff.sign_ins.completed outcome=signed_in 1
            bff.sign_ins.started 1
            """, measured.All);
    }

    [Fact]
    public async Task A_sign_in_that_does_not_come_back_is_started_only()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var measured = new Measured(system);
        using var browser = system.Browser();

        await browser.SignInUpToCallbackAsync(system);

        Assert.Equal(1, measured["bff.sign_ins.started"]);
        Assert.DoesNotContain("bff.sign_ins.completed", measured.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("access_denied", "access_denied"), InlineData("login_required", "login_required")]
    [InlineData("server_error", "provider_unavailable"), InlineData("invented_by_the_provider", "login_failed")]
    public async Task A_sign_in_that_the_provider_denies_is_completed_with_the_code_of_the_error(string error, string outcome)
    {
        await using var walk = await SignInWalk.StartAsync(redis);
        using var measured = new Measured(walk.System);

        await walk.WalkAsync("/", error);

        Assert.Equal(1, measured[$"bff.sign_ins.completed outcome={outcome}"]);
        Assert.DoesNotContain("bff.sessions.begun", measured.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_fails_is_seen_by_its_endpoint()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var measured = new Measured(system);
        using var browser = system.Browser();
        await browser.SignInUpToCallbackAsync(system);
        system.Pool.Faults.On("/oauth2/token", new EndpointFault { Status = 500 });

        await browser.FollowAsync();

        Assert.Equal(1, measured["bff.provider.request.duration endpoint=token outcome=unavailable"]);
        Assert.Equal(1, measured["bff.sign_ins.completed outcome=provider_unavailable"]);
    }

    [Fact]
    public async Task A_provider_whose_metadata_cannot_be_read_is_seen_too()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var measured = new Measured(system);
        using var browser = system.Browser();
        system.Pool.Faults.On("/.well-known/openid-configuration", new EndpointFault { Status = 404 });

        var page = await browser.NavigateAsync(new Uri(system.Url, "/login"), typed: true);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.Equal("""
            bff.problems code=provider_unavailable 1
            bff.provider.request.duration endpoint=discovery outcome=refused 1
            """, measured.All);
    }

    [Fact]
    public async Task A_sign_out_ends_a_session_and_revokes_at_the_provider()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var measured = new Measured(system);

        await browser.LogoutAsync(system);
        await browser.LogoutAsync(system);

        Assert.Equal("""
            bff.provider.request.duration endpoint=revocation outcome=ok 1
            bff.sessions.ended reason=signed_out 1
            """, measured.All);
    }

    [Fact]
    public async Task Sessions_that_are_ended_together_count_each()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        using var other = system.Browser();
        await browser.SignInAsync(system);
        await other.SignInAsync(system);
        using var measured = new Measured(system);

        await browser.CallAsync(system, HttpMethod.Delete, "/sessions");

        Assert.Equal(1, measured["bff.sessions.ended reason=ended_elsewhere"]);
    }

    [Fact]
    public async Task A_sign_in_over_a_session_ends_the_former()
    {
        await using var system = await BffSystem.StartAsync(redis);
        using var browser = system.Browser();
        await browser.SignInAsync(system);
        using var measured = new Measured(system);

        await browser.SignInAsync(system);

        Assert.Equal(1, measured["bff.sessions.ended reason=signed_in_anew"]);
        Assert.Equal(1, measured["bff.sessions.begun"]);
    }
}
